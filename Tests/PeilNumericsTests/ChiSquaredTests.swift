import PeilNumerics
import PeilTestSupport
import Testing

@Suite("χ²")
struct ChiSquaredTests {
    @Test("Values that R gives")
    func asInR() {
        let source = "R 4.2.2, pchisq and qchisq"
        let some = ChiSquared(degreesOfFreedom: 2.7)
        expectClose(some.upperTail(3.1), 0.32586304644123248, relative: 1e-13, source: source)
        expectClose(some.cumulative(1e-10), 1.0311556438567484e-14, relative: 1e-13, source: source)
        expectClose(
            ChiSquared(degreesOfFreedom: 10).upperTail(700), 6.2801466992359512e-144, relative: 1e-12, source: source)
        expectClose(
            ChiSquared(degreesOfFreedom: 1e6).upperTail(1_001_000), 0.23967680482552139, relative: 1e-12, source: source
        )
        expectClose(ChiSquared(degreesOfFreedom: 4).quantile(0.95), 9.487729036781154, relative: 1e-13, source: source)
        expectClose(
            ChiSquared(degreesOfFreedom: 5).quantile(1e-20), 3.2334077955187419e-08, relative: 1e-13, source: source)
    }
}
