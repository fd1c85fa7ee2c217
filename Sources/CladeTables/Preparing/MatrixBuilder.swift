import CladeCore

/// Makes the prepared matrix from a table whose columns are those of the preparation, in their
/// order.
struct MatrixBuilder {
  let preparation: Preparation
  let threads: Int?
  /// Counts the rows of the matrix as they are made.
  var progress: ProgressCount?

  func build(_ table: consuming Table) throws -> PreparedTable {
    var table = table
    var unknown: [String: Int] = [:]
    let identifiers = self.identifiers(table)
    let truth = preparation.columns.firstIndex { $0.use == .label }.map {
      GroupLabels(table, column: $0)
    }
    let sources = self.sources(table, &unknown)
    let mixed = preparation.keepsMixedRows ? mixedRows(table, sources) : nil
    let matrix: Matrix<Double>
    let columns = sources.compactMap(\.number)
    // In place only where columns stay in their order: a column of a new table may be anywhere.
    let isInOrder = zip(columns, columns.dropFirst()).allSatisfy { $0.position < $1.position }
    if columns.count == sources.count, isInOrder {
      let isComplete = table.columns.allSatisfy { $0.missingCount == 0 }
      var numbers = table.numbers
      table.numbers = Matrix(rows: 0, columns: 0)
      let stays = isComplete && columns.count == numbers.columnCount
      if stays, columns.allSatisfy({ $0.scaling.offset == 0 && $0.scaling.scale == 1 }) {
        // Memory that is only read needn't be there twice, as where a file is mapped.
        matrix = numbers
      } else {
        matrix = scaleInPlace(&numbers, columns)
      }
    } else {
      matrix = spread(table, sources)
    }
    return PreparedTable(
      preparation: preparation, matrix: matrix, identifiers: identifiers, truth: truth,
      unknownCategories: unknown, mixed: mixed)
  }

  /// Where columns of the matrix come from.
  private enum Source {
    case number(position: Int, NumberScaling)
    case dates([Double], NumberScaling)
    /// For each row its column among `count`, or −1.
    case category([Int32], count: Int, weight: Double)

    var number: (position: Int, scaling: NumberScaling)? {
      if case .number(let position, let scaling) = self { (position, scaling) } else { nil }
    }

    var width: Int {
      if case .category(_, let count, _) = self { count } else { 1 }
    }
  }

  private func sources(_ table: Table, _ unknown: inout [String: Int]) -> [Source] {
    var sources: [Source] = []
    for (index, column) in preparation.columns.enumerated() {
      switch column.use {
      case .leftOut, .label: continue
      case .number(let scaling):
        if let position = table.columns[index].position {
          sources.append(.number(position: position, scaling))
        }
      case .date(let style, let scaling):
        if let text = table.columns[index].text {
          sources.append(.dates(DateColumn.seconds(text, style), scaling))
        } else {
          sources.append(.dates([Double](repeating: .nan, count: table.rowCount), scaling))
        }
      case .category(let encoding):
        let codes = self.codes(table, index, encoding)
        if codes.unknown > 0 { unknown[column.report.name] = codes.unknown }
        sources.append(
          .category(codes.codes, count: encoding.categories.count, weight: encoding.weight))
      }
    }
    return sources
  }

  /// For each row the place of its text among the categories, −1 where there is none.
  private func codes(
    _ table: Table, _ index: Int, _ encoding: CategoryEncoding
  ) -> (codes: [Int32], unknown: Int) {
    let places = Dictionary(uniqueKeysWithValues: zip(encoding.categories, Int32(0)...))
    var unknown = 0
    let codes: [Int32]
    switch table.columns[index].values {
    case .text(let text):
      let translated = (0..<text.values.count).map { places[text.values[$0]] ?? -1 }
      codes = text.codes.map { code in
        guard code >= 0 else { return -1 }
        if translated[Int(code)] < 0 { unknown += 1 }
        return translated[Int(code)]
      }
    case .numbers(let position):
      // All its texts look like numbers here, such as a category "1" or "2a" that is only ever "1".
      codes = table.numbers.column(position).map { value in
        guard !value.isNaN else { return -1 }
        let place = places[NumberSpelling.shortest(value)] ?? -1
        if place < 0 { unknown += 1 }
        return place
      }
    }
    return (codes, unknown)
  }

  private func identifiers(_ table: Table) -> Identifiers? {
    guard
      let index = preparation.columns.firstIndex(where: { $0.report.kind == .identifier })
    else { return nil }
    let name = table.columns[index].name
    switch table.columns[index].values {
    case .text(let text): return Identifiers(name: name, text: text)
    case .numbers(let position):
      return Identifiers(name: name, numbers: table.numbers.column(position))
    }
  }

  // MARK: Filling

  /// Scales the numbers where they are, and moves those that stay together if some are left out.
  private func scaleInPlace(
    _ numbers: inout Matrix<Double>, _ columns: [(position: Int, scaling: NumberScaling)]
  ) -> Matrix<Double> {
    let rows = numbers.rowCount
    let width = numbers.columnCount
    let kept = columns.count
    let scalings = columns.map(\.scaling)
    let positions = columns.map(\.position)
    numbers.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let values = buffer
      // Moving goes to lower addresses, so it must be in order; scaling in any.
      let isMoving = kept < width
      ParallelChunks.forEach(
        count: rows, chunkSize: isMoving ? max(1, rows) : max(1, (1 << 16) / max(1, width)),
        threads: threads
      ) { _, range in
        for row in range {
          let from = row * width
          let to = row * kept
          for column in 0..<kept {
            values[to &+ column] = scalings[column].prepared(values[from &+ positions[column]])
          }
        }
        progress?.add(range.count)
      }
    }
    guard kept < width else { return numbers }
    return numbers.keepingFirst(rows: rows, columns: kept)
  }

  /// The rows as they were read, before anything is scaled in place.
  private func mixedRows(_ table: Table, _ sources: [Source]) -> MixedRows {
    let (rows, width) = (table.rowCount, sources.count)
    var categories: Set<Int> = []
    let matrix = Matrix<Double>(rows: rows, columns: width) { values in
      for (column, source) in sources.enumerated() {
        switch source {
        case .number(let position, _):
          for row in 0..<rows { values[row &* width &+ column] = table.numbers[row, position] }
        case .dates(let seconds, _):
          for row in 0..<rows { values[row &* width &+ column] = seconds[row] }
        case .category(let codes, _, _):
          categories.insert(column)
          for row in 0..<rows {
            values[row &* width &+ column] = codes[row] < 0 ? .nan : Double(codes[row])
          }
        }
      }
    }
    return MixedRows(matrix: matrix, categories: categories)
  }

  private func spread(_ table: Table, _ sources: [Source]) -> Matrix<Double> {
    let width = sources.reduce(0) { $0 + $1.width }
    let rows = table.rowCount
    let numbers = table.numbers
    let numericWidth = numbers.columnCount
    return Matrix(rows: rows, columns: width) { buffer in
      nonisolated(unsafe) let values = buffer
      numbers.withUnsafeBufferPointer { raw in
        nonisolated(unsafe) let raw = raw
        ParallelChunks.forEach(
          count: rows, chunkSize: max(1, (1 << 16) / max(1, width)), threads: threads
        ) { _, range in
          var first = 0
          for source in sources {
            switch source {
            case .number(let position, let scaling):
              for row in range {
                values[row &* width &+ first] = scaling.prepared(
                  raw[row &* numericWidth &+ position])
              }
            case .dates(let seconds, let scaling):
              for row in range { values[row &* width &+ first] = scaling.prepared(seconds[row]) }
            case .category(let codes, let count, let weight):
              for row in range {
                for column in 0..<count {
                  values[row &* width &+ first &+ column] = Int(codes[row]) == column ? weight : 0
                }
              }
            }
            first += source.width
          }
          progress?.add(range.count)
        }
      }
    }
  }
}

extension Matrix {
  /// A matrix over the first `rows * columns` entries of this one's memory.
  fileprivate func keepingFirst(rows: Int, columns: Int) -> Matrix {
    let owner = self
    return withUnsafeBufferPointer { buffer in
      let first = UnsafeMutableBufferPointer(
        mutating: UnsafeBufferPointer(rebasing: buffer[..<(rows * columns)]))
      return Matrix(rows: rows, columns: columns, adopting: first, writable: true) {
        withExtendedLifetime(owner) {}
      }
    }
  }
}
