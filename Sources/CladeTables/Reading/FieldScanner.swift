/// Finds where a field of delimited text begins and ends, and takes it out of its quotes.
struct FieldScanner: Sendable {
  let quoting: FieldQuoting

  init(delimiter: Delimiter) {
    quoting = FieldQuoting(delimiter: delimiter.byte)
  }

  /// One field of a row.
  struct Field {
    /// What stands in the field, without quotes and blanks around it.
    var text: UnsafeRawBufferPointer
    /// Where the next field or the next row begins.
    var next: UnsafeMutablePointer<UInt8>
    /// Whether this was the last field of its row.
    var endsRow: Bool
    var isQuoted = false
    /// The line ends inside the field.
    var lineEnds = 0
    /// Whether the quotes are closed.
    var isClosed = true
  }

  /// The start of the row's first field, or `nil` where the line at `start` is blank; then `start`
  /// moves to the next line.
  @inline(__always)
  func rowStart(_ start: inout UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>? {
    var p = start
    while quoting.isBlank(p[0]) || p[0] == UInt8(ascii: "\r") { p += 1 }
    if p[0] == UInt8(ascii: "\n") {
      start = p + 1
      return nil
    }
    return quoting.isWhitespace ? p : start
  }

  /// The field that begins at `start`; doubled quotes in it become single ones, in place.
  ///
  /// The text ends with a line end, and `end` is behind that.
  func field(
    _ start: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>
  ) -> Field {
    var p = start
    while quoting.isBlank(p[0]) { p += 1 }
    if p[0] == UInt8(ascii: "\"") { return quotedField(p, end: end) }
    let first = p
    p = unquotedEnd(p)
    return finish(first, p, at: p)
  }

  /// The number of fields of the row that begins at `start`, and where the next one begins; changes
  /// nothing.
  func measureRow(
    _ start: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>
  ) -> (fieldCount: Int, next: UnsafeMutablePointer<UInt8>) {
    var p = start
    var count = 0
    while p < end {
      count += 1
      while quoting.isBlank(p[0]) { p += 1 }
      if p[0] == UInt8(ascii: "\"") {
        p += 1
        while p < end, p[0] != UInt8(ascii: "\"") || p[1] == UInt8(ascii: "\"") {
          p += p[0] == UInt8(ascii: "\"") ? 2 : 1
        }
        if p >= end { return (count, end) }
        p += 1
      }
      let field = finish(p, unquotedEnd(p), at: unquotedEnd(p))
      p = field.next
      if field.endsRow { break }
    }
    return (count, min(p, end))
  }

  /// Where the delimiter or the line end is that ends an unquoted field.
  @inline(__always)
  private func unquotedEnd(
    _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var p = start
    let delimiter = quoting.delimiter
    if quoting.isWhitespace {
      while p[0] != delimiter, p[0] != UInt8(ascii: "\n"), p[0] != UInt8(ascii: "\t") { p += 1 }
    } else {
      while p[0] != delimiter, p[0] != UInt8(ascii: "\n") { p += 1 }
    }
    return p
  }

  private func finish(
    _ first: UnsafeMutablePointer<UInt8>, _ last: UnsafeMutablePointer<UInt8>,
    at place: UnsafeMutablePointer<UInt8>
  ) -> Field {
    var last = last
    while last > first,
      quoting.isBlank(last[-1]) || last[-1] == UInt8(ascii: "\r")
    { last -= 1 }
    var p = place
    if quoting.isWhitespace {
      while quoting.isBlank(p[0]) || (p[0] == UInt8(ascii: "\r") && p[1] == UInt8(ascii: "\n")) {
        p += 1
      }
    }
    let endsRow = p[0] == UInt8(ascii: "\n")
    let next = endsRow || !quoting.isWhitespace ? p + 1 : p
    return Field(
      text: UnsafeRawBufferPointer(start: first, count: last - first), next: next,
      endsRow: endsRow)
  }

  private func quotedField(
    _ quote: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>
  ) -> Field {
    var p = quote + 1
    let first = p
    var last = p
    var lineEnds = 0
    while true {
      if p >= end {
        return Field(
          text: UnsafeRawBufferPointer(start: first, count: last - first), next: end,
          endsRow: true, isQuoted: true, lineEnds: lineEnds, isClosed: false)
      }
      if p[0] == UInt8(ascii: "\"") {
        if p[1] != UInt8(ascii: "\"") { break }
        p += 1
      } else if p[0] == UInt8(ascii: "\n") {
        lineEnds += 1
      }
      last[0] = p[0]
      last += 1
      p += 1
    }
    // What stands between the closing quote and the delimiter belongs to the field.
    p += 1
    let tail = p
    p = unquotedEnd(p)
    var tailEnd = p
    while tailEnd > tail, quoting.isBlank(tailEnd[-1]) || tailEnd[-1] == UInt8(ascii: "\r") {
      tailEnd -= 1
    }
    last.update(from: tail, count: tailEnd - tail)
    last += tailEnd - tail
    var field = finish(first, first, at: p)
    field.text = UnsafeRawBufferPointer(start: first, count: last - first)
    field.isQuoted = true
    field.lineEnds = lineEnds
    return field
  }
}
