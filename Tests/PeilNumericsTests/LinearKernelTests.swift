import Testing

@testable import PeilNumerics

@Suite("Linear kernel")
struct LinearKernelTests {
    private static let avx512: Set<String> = ["avx512f", "avx512vl", "avx512bw", "avx512dq", "avx2", "fma"]

    @Test("The best kernel that the processor can run")
    func automatic() {
        #expect(LinearKernel.auto.coreType(processorFlags: Self.avx512) == "SkylakeX")
        #expect(LinearKernel.auto.coreType(processorFlags: ["avx2", "fma", "sse2"]) == "Haswell")
        #expect(LinearKernel.auto.coreType(processorFlags: ["sse2", "avx"]) == nil)
        #expect(LinearKernel.auto.coreType(processorFlags: []) == nil)
    }

    @Test("A processor that lacks one flag never gets the kernel that needs it", arguments: Self.avx512.sorted())
    func oneFlagLess(flag: String) {
        let kernel = LinearKernel.auto.coreType(processorFlags: Self.avx512.subtracting([flag]))
        if flag.hasPrefix("avx512") { #expect(kernel == "Haswell") }
        if flag == "avx2" { #expect(LinearKernel.auto.coreType(processorFlags: ["fma"]) == nil) }
        if flag == "fma" { #expect(LinearKernel.auto.coreType(processorFlags: ["avx2"]) == nil) }
    }

    @Test("The generic kernel does not look at the processor")
    func generic() {
        for flags in [[], ["avx2", "fma"], Self.avx512] as [Set<String>] {
            #expect(LinearKernel.generic.coreType(processorFlags: flags) == "Prescott")
        }
    }

    #if arch(x86_64)
    @Test("The flags of this processor are found")
    func flags() { #expect(LinearKernel.processorFlags().contains("sse2")) }
    #endif

    @Test("OpenBLAS names the kernel that it runs")
    func name() {
        #expect(!LinearKernel.name.isEmpty && LinearKernel.name != "unknown")
    }
}
