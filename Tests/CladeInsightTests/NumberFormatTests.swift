import CladeInsight
import Testing

@Suite struct NumberFormatTests {
  @Test func fixedDecimals() {
    #expect(NumberFormat(decimals: 0).string(5076.4) == "5076")
    #expect(NumberFormat(decimals: 2).string(-0.251) == "-0.25")
    #expect(NumberFormat(decimals: 2).string(-0.001) == "0.00")
    #expect(NumberFormat(decimals: 0).string(1_234_567) == "1,234,567")
    #expect(NumberFormat(decimals: 3).string(12_345.678) == "12,345.678")
    #expect(NumberFormat(decimals: 2).string(1e18) == "1.00e18")
    #expect(NumberFormat(decimals: 2).string(.nan) == "–")
  }

  @Test func decimalsFollowTheSpread() {
    #expect(NumberFormat(spread: 802, magnitude: 5000).string(4201.75) == "4202")
    #expect(NumberFormat(spread: 5.5, magnitude: 50).string(43.92) == "43.9")
    #expect(NumberFormat(spread: 0.82, magnitude: 2009).string(2008.029) == "2008.03")
    #expect(NumberFormat(spread: 0, magnitude: 7).string(7) == "7.000")
    #expect(NumberFormat(spread: 0, magnitude: 0).string(0) == "0")
    #expect(NumberFormat(spread: 1e-12, magnitude: 3e-12).string(3.214e-12) == "3.21e-12")
    #expect(NumberFormat(spread: 1e17, magnitude: 1e18).string(-9.999e17) == "-1.00e18")
  }

  @Test func percents() {
    #expect(NumberFormat.percent(0) == "0 %")
    #expect(NumberFormat.percent(1) == "100 %")
    #expect(NumberFormat.percent(0.98) == "98 %")
    #expect(NumberFormat.percent(0.044) == "4.4 %")
    #expect(NumberFormat.percent(0.997) == "99.7 %")
    #expect(NumberFormat.percent(0.99999) == ">99.9 %")
    #expect(NumberFormat.percent(0.0001) == "<0.1 %")
  }

  @Test func dates() {
    let days = NumberFormat(dateSpread: 1e7)
    #expect(days.string(0) == "1970-01-01")
    #expect(days.string(1_709_208_000) == "2024-02-29")
    #expect(days.string(-1) == "1969-12-31")
    #expect(days.string(-62_135_596_800) == "0001-01-01")
    #expect(days.string(-62_198_755_200) == "-0001-01-01")
    #expect(days.spread(86_400 * 12.3) == "12 days")
    let minutes = NumberFormat(dateSpread: 3600)
    #expect(minutes.string(1_709_208_000 + 300) == "2024-02-29 12:05")
    #expect(minutes.string(-60) == "1969-12-31 23:59")
    #expect(minutes.spread(3600 * 3.44) == "3.4 h")
    #expect(minutes.string(.infinity) == "–")
  }

  @Test func countsAndDurations() {
    #expect(NumberFormat.count(344) == "344")
    #expect(NumberFormat.count(1_000_000) == "1,000,000")
    #expect(NumberFormat.seconds(0.0421) == "42 ms")
    #expect(NumberFormat.seconds(2.346) == "2.35 s")
    #expect(NumberFormat.seconds(200) == "3 min 20 s")
  }
}
