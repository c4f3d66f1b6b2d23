extension Array {
    /// As `map`, in a loop that nothing interrupts, so that many elements are done at a time.
    @inline(__always)
    func eachMapped<Result>(_ transform: (Element) -> Result) -> [Result] {
        unsafe [Result](unsafeUninitializedCapacity: count) { results, resultCount in
            unsafe withUnsafeBufferPointer { elements in
                guard let from = elements.baseAddress, let to = results.baseAddress else { return }
                for index in 0..<count { unsafe (to + index).initialize(to: transform(from[index])) }
            }
            resultCount = count
        }
    }
}

extension Array where Element == UInt8 {
    /// The largest element, 0 where there is none; found many at a time.
    var largest: UInt8 {
        unsafe withUnsafeBufferPointer { elements in
            var result: UInt8 = 0
            for index in elements.indices { result = Swift.max(result, unsafe elements[index]) }
            return result
        }
    }
}
