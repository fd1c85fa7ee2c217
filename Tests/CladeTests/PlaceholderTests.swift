import Testing
import Clade

@Test func moduleLoads() {}
