import Clade
import CladeCore
import Testing

@Suite struct CriterionStandingsTests {
  @Test func equalOnesCountHalf() {
    let standings = CriterionStandings([[3, 1], [1, 1], [3, 0], [7, 1]])
    #expect(standings.values == [[0.5, 0.625], [0.125, 0.625], [0.5, 0.125], [0.875, 0.625]])
    #expect(CriterionStandings([[4, -2]]).values == [[0.5, 0.5]])
    #expect(CriterionStandings([]).values.isEmpty)
  }

  @Test func equalsCounting() {
    var random = CounterRandom(seed: 5)
    let criteria = (0..<40).map { _ in (0..<3).map { _ in (random.uniform() * 12).rounded() } }
    for (values, standing) in zip(criteria, CriterionStandings(criteria).values) {
      for criterion in 0..<3 {
        let lower = criteria.count { $0[criterion] < values[criterion] }
        let equal = criteria.count { $0[criterion] == values[criterion] }
        #expect(standing[criterion] == (Double(lower) + Double(equal) / 2) / 40)
      }
    }
  }
}
