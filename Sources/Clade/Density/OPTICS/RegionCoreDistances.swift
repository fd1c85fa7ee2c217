import CladeCore

extension RegionTree {
  /// The squared distance of each place's row from its k-th nearest row, itself included; infinite where
  /// fewer are within `limit`.
  ///
  /// - Parameter data: The rows that the tree was made of.
  /// - Complexity: About O(n · (k + log n)) time with few columns.
  func coreSquares(
    _ data: Matrix<Scalar>, k: Int, within limit: Scalar, threads: Int?,
    progress: ProgressObserver?
  ) throws -> [Scalar] {
    var cores = [Scalar](repeating: .infinity, count: rowCount)
    let count = ProgressCount(stage: "core distances", total: rowCount, observer: progress)
    try cores.withUnsafeMutableBufferPointer { cores in
      nonisolated(unsafe) let cores = cores
      try ParallelChunks.forEach(count: rowCount, chunkSize: 1024, threads: threads) { _, range in
        try Task.checkCancellation()
        var nearest = NearestSquares<Scalar>(k: k, limit: limit)
        var pending: [(node: Int, square: Scalar)] = []
        var squares = [Scalar](repeating: 0, count: largestLeaf)
        data.withUnsafeBufferPointer { values in
          for place in range {
            nearest.removeAll()
            collect(
              from: values.baseAddress! + Int(order[place]) * columnCount, into: &nearest,
              &pending, &squares)
            if let last = nearest.last { cores[place] = last }
          }
        }
        count.add(range.count)
      }
    }
    return cores
  }

  /// Sees the rows around a point, the nearer boxes first.
  private func collect(
    from point: UnsafePointer<Scalar>, into nearest: inout NearestSquares<Scalar>,
    _ pending: inout [(node: Int, square: Scalar)], _ squares: inout [Scalar]
  ) {
    pending.append((0, leastSquare(box(0), point: point)))
    while let (index, square) = pending.popLast() {
      guard square <= nearest.worst else { continue }
      let node = nodes[index]
      if node.isLeaf {
        squares.withUnsafeMutableBufferPointer { squares in
          self.squares(index, first: Int(node.count), from: point, into: squares.baseAddress!)
          for place in 0..<Int(node.count) where squares[place] <= nearest.worst {
            nearest.insert(squares[place])
          }
        }
      } else {
        let a = (
          node: Int(node.children), square: leastSquare(box(Int(node.children)), point: point)
        )
        let b = (
          node: Int(node.children) + 1,
          square: leastSquare(box(Int(node.children) + 1), point: point)
        )
        if a.square <= b.square {
          pending.append(b)
          pending.append(a)
        } else {
          pending.append(a)
          pending.append(b)
        }
      }
    }
  }
}
