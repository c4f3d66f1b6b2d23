import Foundation

/// Numbers for people at the prompt: so many significant digits, plain notation where it is short.
enum SignificantDigits {
    static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)g", value) }
}
