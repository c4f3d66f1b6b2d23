import Foundation
import Testing

@testable import PeilStore

/// A printed page differs from run to run in bytes that nobody sees: the publication is the same.
struct DerivedFileTests {
    private func files(_ pdf: String) throws -> [PublicationFile] {
        [
            try PublicationFile(name: "index.html", text: "page"),
            try PublicationFile(name: "index.pdf", bytes: Array(pdf.utf8), isDerived: true)
        ]
    }

    @Test func `other bytes of a derived file are the same publication`() throws {
        try withTemporaryFolder { folder in
            let out = "\(folder)/out"
            let first = try AtomicPublication(folder: out).publish(try files("one"))
            let second = try AtomicPublication(folder: out).publish(try files("two"))
            #expect(first == second)
            let manifest = try PublicationManifest.read(in: first.folder)
            #expect(manifest.files.map { $0.isDerived } == [false, true])
            #expect(try text("\(first.folder)/index.pdf") == "one", "what is published never changes")
        }
    }

    @Test func `a derived file that was changed after it was published is found`() throws {
        try withTemporaryFolder { folder in
            let out = "\(folder)/out"
            let set = try AtomicPublication(folder: out).publish(try files("one"))
            try Data("other".utf8).write(to: URL(filePath: "\(set.folder)/index.pdf"))
            #expect(throws: StoreError.self) { try AtomicPublication(folder: out).publish(try files("one")) }
        }
    }

    @Test func `a page with a derived file is another publication than one without`() throws {
        let with = PublicationManifest(try files("one").map(PublicationManifest.Entry.init))
        let without = PublicationManifest(try files("one").prefix(1).map(PublicationManifest.Entry.init))
        #expect(with.hash != without.hash)
        let other = PublicationManifest(try files("two").map(PublicationManifest.Entry.init))
        #expect(with.hash == other.hash)
    }
}
