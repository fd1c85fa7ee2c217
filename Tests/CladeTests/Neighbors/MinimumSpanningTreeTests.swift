import Clade
import CladeCore
import Testing

/// A spanning tree is as short as the one that comparing all rows gives.
@Suite struct MinimumSpanningTreeTests {
  /// The lengths of a minimum spanning tree by Prim's algorithm over all pairs, and the core distances.
  static func reference<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, minSamples: Int?, distance: ([Scalar], [Scalar]) -> Double
  ) -> (lengths: [Double], cores: [Double]) {
    let rows = (0..<data.rowCount).map { data.row($0) }
    let cores = rows.map { row in
      minSamples.map { rows.map { distance(row, $0) }.sorted()[$0] } ?? 0
    }
    var lengths = rows.map { _ in Double.infinity }
    var left = Set(rows.indices.dropFirst())
    var found: [Double] = []
    var row = 0
    while !left.isEmpty {
      for other in left {
        lengths[other] = min(
          lengths[other], max(distance(rows[row], rows[other]), cores[row], cores[other]))
      }
      row = left.min { (lengths[$0], $0) < (lengths[$1], $1) } ?? 0
      left.remove(row)
      found.append(lengths[row])
    }
    return (found.sorted(), cores)
  }

  /// Lets groups of rows at each length be named by their smallest row, to compare trees with ties.
  static func groups(_ tree: MinimumSpanningTree, rows: Int) -> [[Int]] {
    var parents = Array(0..<rows)
    func root(_ row: Int) -> Int {
      var row = row
      while parents[row] != row { row = parents[row] }
      return row
    }
    var result: [[Int]] = []
    for (index, edge) in tree.edges.enumerated() {
      let (a, b) = (root(Int(edge.first)), root(Int(edge.second)))
      #expect(a != b, "an edge closes a ring")
      parents[max(a, b)] = min(a, b)
      if index + 1 == tree.edges.count || tree.edges[index + 1].length > edge.length {
        if result.count < 40 || index + 1 == tree.edges.count {
          result.append((0..<rows).map(root))
        }
      }
    }
    return result
  }

  static func check<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, minSamples: Int?) throws {
    let tree =
      try minSamples.map { try MinimumSpanningTree.mutualReachability(of: data, minSamples: $0) }
      ?? MinimumSpanningTree.plain(of: data)
    let expected = reference(data, minSamples: minSamples) {
      Double(NeighborData.square($0, $1)).squareRoot()
    }
    #expect(tree.edges.map(\.length) == expected.lengths)
    #expect(tree.coreDistances == (minSamples == nil ? [] : expected.cores))
    #expect(tree.edges.allSatisfy { $0.first < $0.second })
    _ = groups(tree, rows: data.rowCount)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 9, 21], [nil, 1, 2, 5, 17] as [Int?])
  func clustered(columns: Int, minSamples: Int?) throws {
    try Self.check(NeighborData.clustered(700, columns) as Matrix<Double>, minSamples: minSamples)
    try Self.check(NeighborData.clustered(600, columns) as Matrix<Float>, minSamples: minSamples)
  }

  /// Groups of all sizes that are joined over many rounds: most are far from all others, each at a
  /// distance of its own, some in chains, with stray rows between them that make the boxes of the
  /// tree wide. What costs most is put off from round to round, and has to be found all the same.
  @Test(arguments: [2, 8, 16], [nil, 3, 10] as [Int?])
  func farApart(columns: Int, minSamples: Int?) throws {
    func check<Scalar: MatrixScalar>(_: Scalar.Type) throws {
      var random = CounterRandom(seed: UInt64(columns), stream: 0)
      var rows: [[Scalar]] = []
      for group in 0..<24 {
        // The groups of each half are a chain whose links grow.
        let middle = (0..<columns).map { column in
          Double((group % 12) * (group % 12)) * (column == group / 12 ? 3 : 0.1)
        }
        for _ in 0..<(11 + (group * 7) % 40) {
          rows.append(middle.map { Scalar($0 + random.uniform()) })
        }
      }
      for _ in 0..<40 {
        rows.append((0..<columns).map { _ in Scalar(random.uniform() * 400 - 20) })
      }
      let data = Matrix<Scalar>(rows: rows.count, columns: columns) { buffer in
        for (index, value) in rows.joined().enumerated() {
          buffer.initializeElement(at: index, to: value)
        }
      }
      try Self.check(data, minSamples: minSamples)
      // In ascending order, too, as rows come there that were sorted before.
      try Self.check(data.gatheringRows(CanonicalOrder(data).order), minSamples: minSamples)
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test(arguments: [1, 2, 3, 6], [nil, 1, 4, 12] as [Int?])
  func ties(columns: Int, minSamples: Int?) throws {
    try Self.check(
      NeighborData.grid(600, columns, steps: 11) as Matrix<Double>, minSamples: minSamples)
    try Self.check(
      NeighborData.grid(500, columns, steps: 3) as Matrix<Float>, minSamples: minSamples)
  }

  @Test func fewRows() throws {
    for count in 2...40 {
      for minSamples in [nil, 1, count / 2, count - 1] as [Int?] where minSamples != 0 {
        try Self.check(NeighborData.clustered(count, 2) as Matrix<Double>, minSamples: minSamples)
        try Self.check(
          NeighborData.grid(count, 1, steps: 2) as Matrix<Double>, minSamples: minSamples)
      }
    }
    for count in 0...1 {
      let data = Matrix<Double>(rows: count, columns: 2)
      #expect(try MinimumSpanningTree.plain(of: data).edges.isEmpty)
      let tree = try MinimumSpanningTree.mutualReachability(of: data, minSamples: 1)
      #expect(tree.edges.isEmpty && tree.coreDistances.count == count)
    }
  }

  @Test func handWorked() throws {
    // 0, 1 and 3 on a line, 10 off it: 1 + 2 + √(7² + 24²) = 28.
    let data = try Matrix([[3.0, 0], [0, 0], [10, 24], [1, 0]])
    let tree = try MinimumSpanningTree.plain(of: data)
    #expect(tree.edges.map(\.length) == [1, 2, 25])
    #expect(tree.edges.map(\.first) == [1, 0, 0] && tree.edges.map(\.second) == [3, 3, 2])
    #expect(tree.totalLength == 28)
    // The second nearest other rows are at 3, 3, √(9² + 24²) and 2.
    let reach = try MinimumSpanningTree.mutualReachability(of: data, minSamples: 2)
    #expect(reach.coreDistances == [3, 3, 657.0.squareRoot(), 2])
    #expect(reach.edges.map(\.length) == [3, 3, 657.0.squareRoot()])
  }

  /// SciPy 1.17.1: `minimum_spanning_tree` of `squareform(pdist(load_wine().data))`, and of mutual
  /// reachability with the fifth other row's distance; hdbscan 0.8.44 with `min_samples=5` and
  /// `approx_min_span_tree=False` has the same sum.
  @Test func lengthsOfWines() throws {
    func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * b }
    let plain = try MinimumSpanningTree.plain(of: Wine.points)
    #expect(close(plain.totalLength, 2558.455629869369))
    #expect(close(plain.edges[0].length, 2.610708716038617))
    #expect(close(plain.edges[88].length, 11.1040307996691))
    #expect(close(plain.edges[176].length, 133.2221558150145))
    let reach = try MinimumSpanningTree.mutualReachability(of: Wine.points, minSamples: 5)
    #expect(close(reach.totalLength, 5010.332423505995))
    #expect(close(reach.edges[0].length, 9.260599332656607))
    #expect(close(reach.edges[88].length, 21.489192632576962))
    #expect(close(reach.edges[176].length, 230.0475183521874))
    #expect(close(reach.coreDistances.reduce(0, +), 4876.404091673102))
    // Prim's algorithm on the distances finds the same.
    let distances = try Metric.euclidean.distances(of: Wine.points)
    let prim = try MinimumSpanningTree.mutualReachability(
      of: distances, metric: .precomputed, minSamples: 5)
    #expect(prim.edges.map(\.length) == reach.edges.map(\.length))
  }

  /// More samples than are listed.
  @Test(arguments: [33, 34, 63, 64, 120, 499])
  func manySamples(minSamples: Int) throws {
    try Self.check(NeighborData.clustered(500, 3) as Matrix<Double>, minSamples: minSamples)
    try Self.check(NeighborData.grid(500, 2, steps: 7) as Matrix<Double>, minSamples: minSamples)
    try Self.check(NeighborData.clustered(500, 2) as Matrix<Float>, minSamples: minSamples)
    let same = try MinimumSpanningTree.mutualReachability(
      of: Matrix<Double>(rows: 700, columns: 2, repeating: 1), minSamples: minSamples)
    #expect(same.coreDistances == Array(repeating: 0, count: 700))
  }

  @Test func equalRowsAndLines() throws {
    for minSamples in [nil, 3] as [Int?] {
      try Self.check(Matrix<Double>(rows: 400, columns: 3, repeating: 1), minSamples: minSamples)
      let line = Matrix<Double>(rows: 400, columns: 2) { buffer in
        for index in 0..<800 {
          buffer.initializeElement(at: index, to: Double(index / 2 * 7 % 400))
        }
      }
      try Self.check(line, minSamples: minSamples)
      // Each row several times.
      let some: Matrix<Double> = NeighborData.clustered(90, 3)
      try Self.check(some.gatheringRows((0..<600).map { $0 * $0 % 89 }), minSamples: minSamples)
    }
    // Many equal rows don't take long.
    let tree = try MinimumSpanningTree.mutualReachability(
      of: NeighborData.grid(200_000, 1, steps: 5) as Matrix<Double>, minSamples: 5)
    #expect(tree.totalLength == 4)
  }

  @Test(arguments: [Metric.manhattan, .chebyshev, .canberra, .cosine, .squaredEuclidean])
  func otherMetrics(metric: Metric) throws {
    let data: Matrix<Double> = NeighborData.clustered(250, 4)
    let distances = try metric.distances(of: data)
    for minSamples in [nil, 1, 6] as [Int?] {
      let tree =
        try minSamples.map {
          try MinimumSpanningTree.mutualReachability(of: data, metric: metric, minSamples: $0)
        } ?? MinimumSpanningTree.plain(of: data, metric: metric)
      let numbered = Matrix<Double>(rows: 250, columns: 1) { buffer in
        for row in 0..<250 { buffer.initializeElement(at: row, to: Double(row)) }
      }
      let expected = Self.reference(numbered, minSamples: minSamples) {
        $0[0] == $1[0] ? 0 : distances[Int($0[0]), Int($1[0])]
      }
      #expect(tree.edges.map(\.length) == expected.lengths)
      #expect(tree.coreDistances == (minSamples == nil ? [] : expected.cores))
      // The same from the distances themselves.
      var given = distances
      for row in 0..<250 { given[row, row] = 0 }
      let same =
        try minSamples.map {
          try MinimumSpanningTree.mutualReachability(
            of: given, metric: .precomputed, minSamples: $0)
        } ?? MinimumSpanningTree.plain(of: given, metric: .precomputed)
      #expect(same.edges.map(\.length) == expected.lengths)
    }
  }

  @Test func badInput() throws {
    let data: Matrix<Double> = NeighborData.clustered(20, 2)
    for minSamples in [-1, 0, 20, .max] {
      #expect(throws: CladeError.self) {
        try MinimumSpanningTree.mutualReachability(of: data, minSamples: minSamples)
      }
    }
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "inf")) {
      try MinimumSpanningTree.plain(of: Matrix([[0.0], [.infinity]]))
    }
    #expect(throws: CladeError.self) {
      try MinimumSpanningTree.plain(of: Matrix<Double>(rows: 3, columns: 0))
    }
    let huge = try Matrix([[1e300, 0], [-1e300, 0], [1e300, 1e299]])
    let lengths = try MinimumSpanningTree.plain(of: huge).edges.map(\.length)
    #expect(lengths.map { $0 / 1e299 }.map { ($0 * 8).rounded() / 8 } == [1, 20])
  }

  /// The same bits for any threads, instruction set and order of rows, and the same groups.
  @Test func sameness() throws {
    func check<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, metric: Metric = .euclidean) throws {
      let order = NeighborData.shuffle(data.rowCount)
      let shuffled = data.gatheringRows(order)
      for minSamples in [nil, 6] as [Int?] {
        func tree(_ data: Matrix<Scalar>, _ threads: Int) throws -> MinimumSpanningTree {
          try minSamples.map {
            try MinimumSpanningTree.mutualReachability(
              of: data, metric: metric, minSamples: $0, threads: threads)
          } ?? MinimumSpanningTree.plain(of: data, metric: metric, threads: threads)
        }
        let expected = try tree(data, 1)
        let groups = Self.groups(expected, rows: data.rowCount)
        for set in InstructionSet.available {
          try InstructionSet.forcing(set) {
            for threads in [1, 2, 7] { #expect(try tree(data, threads) == expected) }
            let other = try tree(shuffled, 2)
            #expect(other.edges.map(\.length) == expected.edges.map(\.length))
            if minSamples != nil {
              #expect(other.coreDistances == order.map { expected.coreDistances[$0] })
            }
            // Edges of the shuffled rows by the rows' first places.
            let renamed = MinimumSpanningTree(
              edges: other.edges.map {
                let (a, b) = (Int32(order[Int($0.first)]), Int32(order[Int($0.second)]))
                return .init(first: min(a, b), second: max(a, b), length: $0.length)
              }, coreDistances: [])
            #expect(Self.groups(renamed, rows: data.rowCount) == groups)
          }
        }
      }
    }
    try check(NeighborData.clustered(3000, 2) as Matrix<Double>)
    try check(NeighborData.clustered(2000, 11) as Matrix<Float>)
    try check(NeighborData.grid(2500, 2, steps: 14) as Matrix<Double>)
    try check(NeighborData.grid(1500, 3, steps: 5) as Matrix<Float>)
    try check(NeighborData.grid(400, 3, steps: 5) as Matrix<Double>, metric: .manhattan)
  }
}
