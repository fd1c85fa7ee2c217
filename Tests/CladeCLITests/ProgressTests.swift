import CladeCLI
import CladeCore
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The line that the progress bar shows.
struct ProgressLineTests {
  private func line(
    _ stage: String, _ fraction: Double?, _ detail: String = "", elapsed: Double,
    progressed: Double? = nil, width: Int = 79
  ) -> String {
    ProgressLine.text(
      ProgressUpdate(stage: stage, fraction: fraction, detail: detail), elapsed: elapsed,
      progressed: progressed, width: width)
  }

  @Test func barWithRemainingTime() {
    #expect(
      line("reading", 0.25, elapsed: 4)
        == "reading " + String(repeating: "█", count: 10) + String(repeating: "░", count: 30)
        + "  25%  12 s left")
  }

  @Test func remainingTimeIsReckonedFromTheLastNews() {
    // Half was done after 10 seconds, and nothing was heard for 4: 6 are left.
    #expect(line("assigning", 0.5, elapsed: 14, progressed: 10).hasSuffix(" 50%  6 s left"))
    // What is late isn't done in less than no time.
    #expect(line("assigning", 0.5, elapsed: 30, progressed: 10).hasSuffix(" 50%  0 s left"))
  }

  @Test func remainingTimeOnlyWhenItCanBeTold() {
    #expect(line("reading", 0.5, elapsed: 0.4).hasSuffix(" 50%"))
    #expect(line("reading", 0.01, elapsed: 3).hasSuffix("  1%  3 s"))
    #expect(line("reading", 1, elapsed: 3).hasSuffix("100%  3 s"))
    #expect(line("reading", 0.5, elapsed: 150).hasSuffix("2 min 30 s left"))
    #expect(line("reading", 0.1, elapsed: 1000).hasSuffix("2 h 30 min left"))
  }

  @Test func countAndTimeWhereNoFractionIsKnown() {
    #expect(
      line("k-means", nil, "iteration 12 of at most 300", elapsed: 7)
        == "k-means  iteration 12 of at most 300  7 s")
    #expect(line("sampling", nil, elapsed: 0.2) == "sampling")
    #expect(line("sampling", nil, elapsed: 61) == "sampling  1 min 1 s")
  }

  @Test(arguments: 1...80) func neverWiderThanTheTerminal(width: Int) {
    for update in [
      ProgressUpdate(stage: "reading", fraction: 0.4, detail: "123456 rows"),
      ProgressUpdate(stage: "looking into 长长长长长长长长长长长长长 parts", fraction: 0.4),
      ProgressUpdate(stage: "k-means", detail: "iteration 12 of at most 300"),
    ] {
      let text = ProgressLine.text(update, elapsed: 4000, width: width)
      // Wide characters are two columns each.
      let columns = text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x3000 ? 2 : 1) }
      #expect(columns <= width, "\(text)")
    }
  }

  @Test func aNarrowTerminalHasNoBarButThePercentage() {
    #expect(line("reading", 0.5, elapsed: 8, width: 30) == "reading   50%  8 s left")
    #expect(line("reading", 0.5, elapsed: 8, width: 14) == "reading   50%")
  }

  @Test(arguments: [-1, 0, 0.999, 1, 7, Double.nan, .infinity])
  func anyFractionMakesALine(fraction: Double) {
    let text = line("reading", fraction, elapsed: 9)
    #expect(text.hasPrefix("reading"))
    #expect(!text.contains("-") && !text.contains("101%"))
    #expect(fraction != 0.999 || text.contains(" 99%"))
  }

  @Test func nothingSteersTheTerminal() {
    let text = line("a\u{1B}[2Jb", 0.5, "c\nd", elapsed: 2)
    #expect(!text.contains("\u{1B}") && !text.contains("\n"))
  }
}

/// Where a bar is drawn and where not.
struct ProgressTerminalTests {
  @Test func terminals() {
    let plain = Terminal(isTerminal: true, columns: 120, environment: ["TERM": "xterm"])
    #expect(plain.isInteractive && plain.hasColor && plain.width == 80 && plain.lineWidth == 80)
    let narrow = Terminal(isTerminal: true, columns: 20, environment: ["TERM": "xterm"])
    #expect(narrow.width == 40 && narrow.lineWidth == 20)
    let noColor = Terminal(
      isTerminal: true, columns: nil, environment: ["TERM": "xterm", "NO_COLOR": "1"])
    #expect(noColor.isInteractive && !noColor.hasColor && noColor.bold("x") == "x")
    for environment in [["TERM": "dumb"], [:]] {
      let dumb = Terminal(isTerminal: true, columns: 80, environment: environment)
      #expect(!dumb.isInteractive && !dumb.hasColor)
    }
    let file = Terminal(isTerminal: false, columns: nil, environment: ["TERM": "xterm"])
    #expect(!file.isInteractive && !file.hasColor)
  }

  #if os(Linux)
    /// What `clade fit -` writes to a terminal while it waits for the rest of its input.
    private func drawn(_ environment: [String: String]) throws -> String {
      var master: Int32 = 0
      var terminal: Int32 = 0
      try #require(openpty(&master, &terminal, nil, nil, nil) == 0)
      let folder = try Folder()
      let process = Process()
      let input = Pipe()
      process.executableURL = URL(fileURLWithPath: Command.path)
      process.arguments = ["fit", "-", "--method", "kmeans", "-k", "2"]
      process.currentDirectoryURL = folder.url
      process.environment = environment
      process.standardInput = input
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
      try process.run()
      // More than a block, so that the reader has something to tell.
      let table = Sample.blobs(rows: 200_000, groups: 2)
      try input.fileHandleForWriting.write(contentsOf: Data(table.utf8))
      Thread.sleep(forTimeInterval: 1)
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      close(terminal)
      var text: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = read(master, &buffer, buffer.count), count > 0 {
        text += buffer[..<count]
      }
      close(master)
      return String(decoding: text, as: UTF8.self)
    }

    @Test func drawnOnATerminal() throws {
      let text = try drawn(["TERM": "xterm"])
      #expect(text.contains("\rreading") && text.contains(" rows"))
      #expect(text.hasSuffix("\r\u{1B}[K"))
    }

    @Test func noColorMeansNoColorButABar() throws {
      let text = try drawn(["TERM": "xterm", "NO_COLOR": "1"])
      #expect(text.contains("\rreading"))
      #expect(!text.contains("\u{1B}[1m") && !text.contains("\u{1B}[3"))
    }

    @Test func nothingOnADumbTerminal() throws {
      #expect(try drawn(["TERM": "dumb"]).isEmpty)
    }
  #endif

  @Test func nothingInAFile() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 200_000, groups: 8, columns: 8))
    let result = try Command.run(
      ["fit", "table.csv", "--method", "kmeans", "-k", "8"], in: folder,
      environment: ["TERM": "xterm"])
    #expect(result.status == 0)
    #expect(!result.errors.contains("\r") && !result.errors.contains("\u{1B}"))
  }
}
