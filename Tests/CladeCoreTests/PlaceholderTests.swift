import Testing
import CladeCore

@Test func moduleLoads() {}
