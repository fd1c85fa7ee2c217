import Testing
import CladeTables

@Test func moduleLoads() {}
