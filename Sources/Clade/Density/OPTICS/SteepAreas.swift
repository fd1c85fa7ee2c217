/// Clusters between the steep slopes of a reachability plot.
///
/// Source: "OPTICS: Ordering Points To Identify the Clustering Structure" (Ankerst et al., 1999),
/// section 4.3: definitions 9 to 11 and the algorithm after them, whose names are kept here; and
/// the correction of "Improving the Cluster Structure Extracted from OPTICS Plots" (Schubert and
/// Gertz, 2018).
struct SteepAreas {
  private let plot: ReachabilityPlot
  /// The reachability at each place of the order, and an infinite one behind the last.
  private let heights: [Double]
  /// The place of each row in the order.
  private let places: [Int32]
  private let minSamples: Int
  /// 1 − ξ.
  private let factor: Double

  /// A steep downward area.
  private struct Descent {
    let range: ClosedRange<Int>
    /// The largest height between its end and the place that was reached: the paper's mib.
    var highestSince = 0.0
  }

  init(_ plot: ReachabilityPlot, xi: Double, minSamples: Int) {
    self.plot = plot
    self.minSamples = minSamples
    factor = 1 - xi
    heights = plot.ordering.map { plot.reachabilities[Int($0)] } + [.infinity]
    var places = [Int32](repeating: 0, count: plot.ordering.count)
    for (place, row) in plot.ordering.enumerated() { places[Int(row)] = Int32(place) }
    self.places = places
  }

  /// All clusters, those within others before them.
  func clusters(minSize: Int) -> [Range<Int>] {
    var clusters: [Range<Int>] = []
    var descents: [Descent] = []
    var highest = 0.0
    var place = 0
    while place < heights.count - 1 {
      highest = max(highest, heights[place])
      if isSteepDown(place) {
        descents = stillDeep(descents, highest)
        let end = end(ofAreaFrom: place, isSteep: isSteepDown, isAgainst: isUp)
        descents.append(Descent(range: place...end))
        place = end + 1
        highest = heights[place]
      } else if isSteepUp(place) {
        descents = stillDeep(descents, highest)
        let end = end(ofAreaFrom: place, isSteep: isSteepUp, isAgainst: isDown)
        let ascent = place...end
        // From the nearest descent to the farthest, so that inner clusters come first.
        clusters += descents.reversed().compactMap { cluster(between: $0, and: ascent) }
          .filter { $0.count >= minSize }
        place = end + 1
        highest = heights[place]
      } else {
        place += 1
      }
    }
    return clusters
  }

  // MARK: Slopes

  private func isDown(_ place: Int) -> Bool { heights[place] > heights[place + 1] }
  private func isUp(_ place: Int) -> Bool { heights[place] < heights[place + 1] }

  private func isSteepDown(_ place: Int) -> Bool {
    isDown(place) && heights[place] * factor >= heights[place + 1]
  }

  private func isSteepUp(_ place: Int) -> Bool {
    isUp(place) && heights[place] <= heights[place + 1] * factor
  }

  /// The last steep place of the area that begins at `start`: it goes on until the plot turns, or
  /// until more than ``minSamples`` places in a row aren't steep (definition 10).
  private func end(
    ofAreaFrom start: Int, isSteep: (Int) -> Bool, isAgainst: (Int) -> Bool
  ) -> Int {
    var (end, place, flat) = (start, start + 1, 0)
    while place < heights.count - 1 {
      if isSteep(place) {
        (end, flat) = (place, 0)
      } else if isAgainst(place) {
        break
      } else {
        flat += 1
        if flat > minSamples { break }
      }
      place += 1
    }
    return end
  }

  /// Those descents from which the plot has not risen to their beginning since.
  private func stillDeep(_ descents: [Descent], _ highest: Double) -> [Descent] {
    guard highest.isFinite else { return [] }
    return descents.compactMap { descent in
      guard highest <= heights[descent.range.lowerBound] * factor else { return nil }
      var descent = descent
      descent.highestSince = max(descent.highestSince, highest)
      return descent
    }
  }

  // MARK: Clusters

  /// The cluster between a descent and an ascent, if there is one (definition 11).
  private func cluster(between descent: Descent, and ascent: ClosedRange<Int>) -> Range<Int>? {
    let (begin, after) = (heights[descent.range.lowerBound], heights[ascent.upperBound + 1])
    guard after * factor >= descent.highestSince else { return nil }
    var (start, end) = (descent.range.lowerBound, ascent.upperBound)
    if begin * factor >= after {
      // The plot begins higher than it ends: leave out what is higher than the end.
      while start < descent.range.upperBound, heights[start + 1] > after { start += 1 }
    } else if after * factor >= begin {
      // It ends higher than it begins.
      while end > ascent.lowerBound, heights[end - 1] > begin { end -= 1 }
    }
    guard let last = corrected(start, end), start <= descent.range.upperBound,
      last >= ascent.lowerBound
    else { return nil }
    return start..<last + 1
  }

  /// The last place of a cluster whose row was reached from within it.
  private func corrected(_ start: Int, _ end: Int) -> Int? {
    var end = end
    while start < end {
      if heights[start] > heights[end] { return end }
      let predecessor = plot.predecessors[Int(plot.ordering[end])]
      if predecessor >= 0, (start..<end).contains(Int(places[Int(predecessor)])) { return end }
      end -= 1
    }
    return nil
  }
}
