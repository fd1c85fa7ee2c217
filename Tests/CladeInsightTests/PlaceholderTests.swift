import Testing
import CladeInsight

@Test func moduleLoads() {}
