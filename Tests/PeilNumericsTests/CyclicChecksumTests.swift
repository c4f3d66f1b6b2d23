import PeilNumerics
import Testing

@Suite("Cyclic checksum")
struct CyclicChecksumTests {
    @Test("The published check value") func check() {
        var checksum = CyclicChecksum()
        checksum.add("123456789".utf8)
        #expect(checksum.value == 0x995D_C9BB_DF19_39FA, "CRC-64/XZ, catalogue of parametrised CRC algorithms")
        #expect(checksum.text == "995dc9bbdf1939fa")
    }

    @Test("Parts give the sum of the whole") func parts() {
        var whole = CyclicChecksum()
        whole.add("a stratum and its units".utf8)
        var parts = CyclicChecksum()
        parts.add("a stratum ".utf8)
        parts.add("".utf8)
        parts.add("and its units".utf8)
        #expect(whole.value == parts.value)
    }
}
