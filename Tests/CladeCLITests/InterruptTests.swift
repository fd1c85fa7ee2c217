import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// An interrupted command leaves nothing behind.
struct InterruptTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func duringTheFit(signal: Int32) throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 200_000, groups: 40, columns: 8))
    let running = try Command.Running(
      ["fit", "table.csv", "--method", "kmeans", "-k", "400", "--restarts", "1000"]
        + ["--seeding", "plusplus", "-o", "labels.csv", "--model", "model.json"]
        + ["--report", "page.html"],
      in: folder)
    Thread.sleep(forTimeInterval: 1)
    #expect(running.process.isRunning)
    kill(running.process.processIdentifier, signal)
    let result = try running.wait()
    #expect(result.status == 128 + signal)
    #expect(result.output.isEmpty && result.errors.isEmpty)
    #expect(folder.names == ["table.csv"])
  }

  @Test func whileWaitingForInput() throws {
    let folder = try Folder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Command.path)
    process.arguments = ["fit", "-", "-o", "labels.csv"]
    process.currentDirectoryURL = folder.url
    process.standardInput = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 0.3)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    #expect(folder.names.isEmpty)
  }
}
