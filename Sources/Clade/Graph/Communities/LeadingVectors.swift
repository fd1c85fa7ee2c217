import CladeCore

/// The eigenvectors of the largest eigenvalues of D^(−1/2) A D^(−1/2), the adjacency matrix of a
/// part of a graph over the roots of its degrees; the first is trivial.
///
/// By subspace iteration on (1 + this) / 2, whose eigenvalues are 0...1, in one order of
/// operations.
struct LeadingVectors {
  /// The eigenvalues, the largest first.
  let values: [Double]
  /// A vector for each of them, of a number for each vertex of the part, and of length 1.
  let vectors: [[Double]]

  private static let mostRounds = 400

  /// Finds vectors.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - part: The vertices that count, ascending.
  ///   - count: How many vectors.
  /// - Complexity: O(rounds · count · (edges + n · count)), at most 400 rounds.
  init(_ graph: UndirectedGraph, part: [Int32], count: Int) throws {
    let inside = SubgraphEdges(graph, part: part)
    let n = part.count
    // A few more, so that the last ones settle soon.
    let width = min(n, count + 3)
    var vectors = (0..<width).map { index -> [Double] in
      if index == 0 { return inside.degrees.map { $0.squareRoot() } }
      var random = CounterRandom(seed: 0, stream: UInt64(index))
      return (0..<n).map { _ in random.normal() }
    }
    Self.orthonormalise(&vectors)
    var values = [Double](repeating: 0, count: width)
    for round in 1...Self.mostRounds {
      if round % 8 == 0 { try Cancellation.check() }
      var images = vectors.map { inside.image($0) }
      Self.orthonormalise(&images)
      vectors = images
      guard round % 10 == 0 || round == Self.mostRounds else { continue }
      let before = values
      (values, vectors) = Self.rotated(vectors, inside)
      if zip(values, before).prefix(count).allSatisfy({ abs($0 - $1) < 1e-11 }) { break }
    }
    self.values = values.prefix(count).map { 2 * $0 - 1 }
    self.vectors = Array(vectors.prefix(count))
  }

  /// The vectors of the same space for which the matrix is diagonal.
  private static func rotated(
    _ vectors: [[Double]], _ inside: SubgraphEdges
  ) -> ([Double], [[Double]]) {
    let width = vectors.count
    let images = vectors.map { inside.image($0) }
    var products = [Double](repeating: 0, count: width * width)
    for i in 0..<width {
      for j in 0...i {
        products[i * width + j] = dot(vectors[i], images[j])
        products[j * width + i] = products[i * width + j]
      }
    }
    guard let eigen = SymmetricEigen(products, size: width) else {
      return ([Double](repeating: 0, count: width), vectors)
    }
    let rotated = (0..<width).map { i in
      vectors[0].indices.map { row in
        (0..<width).reduce(0.0) { $0 + eigen.vectors[i * width + $1] * vectors[$1][row] }
      }
    }
    return (eigen.values, rotated)
  }

  /// Gram and Schmidt's method, twice for each vector. What depends on others becomes 0.
  private static func orthonormalise(_ vectors: inout [[Double]]) {
    for i in vectors.indices {
      let before = dot(vectors[i], vectors[i]).squareRoot()
      for _ in 0..<2 {
        for j in 0..<i {
          let part = dot(vectors[i], vectors[j])
          for row in vectors[i].indices { vectors[i][row] -= part * vectors[j][row] }
        }
      }
      let length = dot(vectors[i], vectors[i]).squareRoot()
      let factor = length > before * 1e-12 ? 1 / length : 0
      for row in vectors[i].indices { vectors[i][row] *= factor }
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for row in a.indices { sum += a[row] * b[row] }
    return sum
  }
}

/// The edges within a part of a graph.
private struct SubgraphEdges {
  private let starts: [Int]
  private let others: [Int32]
  /// The number of edges of each vertex within the part.
  let degrees: [Double]
  private let scales: [Double]

  init(_ graph: UndirectedGraph, part: [Int32]) {
    var places = [Int32](repeating: -1, count: graph.vertexCount)
    for (place, vertex) in part.enumerated() { places[Int(vertex)] = Int32(place) }
    var (starts, others) = ([0], [Int32]())
    for vertex in part {
      for other in graph.neighbors[graph.starts[Int(vertex)]..<graph.starts[Int(vertex) + 1]]
      where places[Int(other)] >= 0 { others.append(places[Int(other)]) }
      starts.append(others.count)
    }
    (self.starts, self.others) = (starts, others)
    degrees = part.indices.map { Double(starts[$0 + 1] - starts[$0]) }
    scales = degrees.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
  }

  /// (1 + D^(−1/2) A D^(−1/2)) / 2 times a vector.
  func image(_ vector: [Double]) -> [Double] {
    let scaled = zip(vector, scales).map { $0 * $1 }
    return vector.indices.map { row in
      var sum = 0.0
      for index in starts[row]..<starts[row + 1] { sum += scaled[Int(others[index])] }
      return (vector[row] + scales[row] * sum) / 2
    }
  }
}
