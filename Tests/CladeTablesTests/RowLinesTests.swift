import CladeTables
import Testing

/// The line of each row, where rows and lines don't go together.
@Suite struct RowLinesTests {
  private func table(_ text: String, name: String, blockSize: Int = 1 << 20) throws -> Table {
    let folder = try TemporaryFolder()
    let path = try folder.file(name, text)
    return try TableReader.read(
      path, options: ReadOptions(), threads: 2, blockSize: blockSize)
  }

  @Test func blankLinesAndFieldsOfSeveralLines() throws {
    let read = try table("a,b\n1,x\n\n2,\"y\nz\"\n3,x\n\n\n4,\"p\"\n", name: "a.csv")
    #expect((0..<4).map { read.source.lines?.line(ofRow: $0) } == [2, 4, 6, 9])
    #expect(read.source.lines?.line(ofRow: -1) == nil)
    let bare = try table("1,2\n3,4\n", name: "b.csv")
    #expect(bare.source.lines?.line(ofRow: 1) == 2)
  }

  @Test func manyBlocks() throws {
    let text = (0..<3000).map { "{\"a\":\($0),\"b\":\($0 % 7)}\n" + ($0 % 1000 == 7 ? "\n" : "") }
    for blockSize in [1 << 10, 1 << 20] {
      let read = try table(text.joined(), name: "a.jsonl", blockSize: blockSize)
      let lines = read.source.lines
      #expect(lines?.line(ofRow: 7) == 8)
      #expect(lines?.line(ofRow: 8) == 10)
      #expect(lines?.line(ofRow: 1008) == 1011)
      #expect(lines?.line(ofRow: 2999) == 3003)
    }
    let long = (0..<60_000).map { "\($0),\($0 % 11)\n" + ($0 == 50_000 ? "\n" : "") }
    let read = try table("a,b\n" + long.joined(), name: "long.csv")
    #expect(read.source.lines?.line(ofRow: 49_999) == 50_001)
    #expect(read.source.lines?.line(ofRow: 50_001) == 50_004)
  }

  @Test func linesThatShiftTooOftenAreNotKept() throws {
    let text = "a,b\n" + (0..<10_000).map { "\($0),x\n\n" }.joined()
    let read = try table(text, name: "a.csv")
    #expect(read.rowCount == 10_000)
    #expect(read.source.lines?.line(ofRow: 9999) == nil)
    #expect(try table("1,2\n3,4\n", name: "c.csv").source.lines?.line(ofRow: 0) == 1)
  }
}
