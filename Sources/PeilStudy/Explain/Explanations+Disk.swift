extension Explanations {
    /// Classes of trouble with places, locks, deliveries and publications.
    static let disk = """
        BAD_FILE_NAME Files-of-a-report
        A name cannot be used for a published file on every system.
        > Use letters, digits, dots, hyphens and underscores, and no dot in front.

        BUSY Operators
        Another run is at work in this study. A scheduled job may try again later.
        > Wait until it has ended.

        CLOCK_DOUBTFUL Operators
        The clock of this machine contradicts the ledger, so that terms of retention cannot be told.
        > Set the clock, then run it again.

        COPIES_REMOVED Operators
        The copies of this wave were removed by the rule of retention, and it cannot be processed again.
        > Deliver it again.

        DAMAGED Operators
        Stored content is not what was written.
        > Restore it from a backup where it binds later publications; else move it away and run again.

        DELIVERED_FOR_OTHER_WAVE Operators
        The same answers were delivered for another wave before.
        > Deliver the file of this wave, or approve it where it is right.

        DISK_FULL Operators
        There is no room to write; nothing half-made was left.
        > Free some space and run the same command again.

        FILE_ABSENT Operators
        A file that was named is not there.
        > Check the path; `peil check` tells which files a study needs.

        INPUT_OUTPUT Operators
        Reading or writing failed at the disk.
        > Check the disk, then run the same command again.

        INTERNAL Operators
        Something failed inside peil that should not.
        > Report it with the command that you ran.

        KEY_EXPOSED Privacy-at-the-door
        Others than its owner may read the key that makes pseudonyms, so that they could undo them.
        > Take the permission away: chmod 600 on the key file.

        KEY_MISSING Privacy-at-the-door
        The codebook wants pseudonyms and the study names no key.
        > Name one under privacy › key_file.

        KEY_TOO_SHORT Privacy-at-the-door
        The key of the pseudonyms is short enough to be guessed.
        > Make one of 32 random bytes, as the message shows.

        LOG_CUT_SHORT Operators
        A log has fewer lines than were written. It binds later publications and may not be shortened.
        > Restore it from a backup.

        NETWORK_FOLDER Operators
        The study lies on a network disk, where two runs may hold the same lock.
        > Keep the study on a disk of this machine.

        NEWER_LEDGER Operators
        A newer peil wrote this ledger.
        > Use that version, or restore the copy made when it was upgraded.

        NOTHING_PUBLISHED Files-of-a-report
        There is no report in this folder yet.
        > Make one with `peil run`.

        NOTHING_STORED Files-of-a-report
        This publication keeps no results that could be rendered again.
        > Make it again with `peil run`.

        NOTIFY_FAILED Operators
        The message about a wave could not be sent; the wave itself is processed. This is a warning.
        > Check the command under `notify`.

        NOT_HELD Operators
        This wave does not wait for anybody, so there is nothing to approve.
        > See `peil waves status`.

        NOT_READABLE Operators
        A study file is there and cannot be read.
        > Check its permissions.

        NO_PERMISSION Operators
        This user may not read the file or folder.
        > Ask for permission to read it.

        NO_RETENTION_RULE Operators
        The study does not say how long copies are kept, so nothing may be removed.
        > Add privacy › retain.

        OPERATING_SYSTEM Operators
        The operating system refused what was asked of it.
        > Check its limits, then run the same command again.

        OTHER_STUDY Files-of-a-report
        This publication belongs to another study.
        > Name the folder of this study's output.

        OUTPUT_EXISTS Your-own-survey
        There is something at this place already, and peil does not write over what somebody may have corrected.
        > Name another place, or move it away.

        OUTPUT_NOT_CREATED Operators
        A file or folder could not be made where it has to be.
        > Choose a folder that this user can write.

        OUTPUT_NOT_WRITABLE Operators
        The place exists and cannot be written.
        > Choose a folder that this user can write.

        PERMISSION_DENIED Operators
        The survey file may not be read by this user.
        > Ask its owner for permission.

        READ_FAILED Operators
        The survey file could not be read to its end.
        > Check the disk and try again.

        REJECTED_BEFORE Operators
        This delivery was rejected before, and neither it nor the study has changed since.
        > Mend the file or the study; `peil waves status` tells why it was rejected.

        RESPONDENTS_LOST Operators
        A correction of a wave lacks people that were in it before.
        > Approve it where they really had to go; else deliver them all.

        SPSS_NOT_REWRITTEN Operators
        A record must be erased from an SPSS file that holds the person in something else than a record too, or that
        does not read back as it was without it.
        > Have it delivered again without that record, or as delimited text.

        STILL_CHANGING Operators
        The file changed while it was read: an upload is going on.
        > Wait until it has ended; the next run takes it.

        STOPPED Operators
        The run was asked to stop. Nothing is half-made.
        > Run it again: it goes on where it was.

        STORED_RESULTS_CHANGED Files-of-a-report
        The stored results are not those that were released.
        > Restore the folder from a backup, or run the wave again.

        SUPERSEDED_DELIVERY Operators
        A later delivery of this wave was processed already.
        > Nothing; deliver again if this one is the right one.

        TOMBSTONE_KEY_ABSENT Operators
        The key of those who asked to be forgotten is not there. Without it a later delivery would bring them back.
        > Bring it back from a backup.

        USAGE Plans
        The command was not typed as peil knows it.
        > See the help that the message names.

        WRONG_KIND_OF_FILE Operators
        Something else stands here than a plain file or a real folder, such as a link.
        > Move it away, or name the real one.

        WRONG_FILE Segments
        The file is of another kind than this command reads.
        > Name a file that the command in the message has written.

        ENGINE_FAILED Files-of-a-report
        The browser or library that this step needs did not do its work.
        > Try another browser (PEIL_BROWSER), or leave pdf out of report › formats.

        ENGINE_MISSING Operators
        A library or program that this step needs is not installed.
        > Install it as the message says.

        OUT_OF_MEMORY Operators
        A library that this step needs is there, but does not fit in the memory that the process may have.
        > Give it more (ulimit -v, MemoryMax); nothing was changed.

        NOT_COMPARED Operators
        The wave before could not be read again, so nobody knows what moved. The wave waits for somebody to look.
        > Bring its files back, or approve the wave.

        FEW_RESPONDENTS Operators
        Many fewer people than in the wave before. The wave waits for somebody to look.
        > Check that the delivery is whole; approve it where it is.

        MANY_BREAK_OFFS Operators
        A large share broke off. The wave waits for somebody to look.
        > Check the questionnaire, then approve it or have it delivered again.

        MANY_LEFT_OUT Operators
        A large share of the records was left out by rules. The wave waits for somebody to look.
        > See `peil check`, then approve it or mend the rules.

        MANY_UNPLACED Operators
        Many people cannot be placed in a segment. The wave waits for somebody to look.
        > See which questions lack answers with `peil check`.

        UNEQUAL_WEIGHTS Weights-of-a-study
        The weights differ so much that the sample counts for far fewer people. The wave waits for somebody to look.
        > See `peil weight`.

        DISTRIBUTION_SHIFT Data-quality
        Answers moved further since the wave before than the codebook's bounds. It may be news or a fault.
        > Look at the questions that are named; approve the wave where it is news.

        SEGMENTS_MOVED Segments
        The mix of segments moved much since the wave before. The wave waits for somebody to look.
        > Look at the questions behind the segments.

        SEGMENT_DRIFT Segments
        The answers behind frozen segments have drifted, so that the groups may not be the same people any more.
        > See the drift report of `peil segment score`; fit a new version where needed.

        OVERLAP_CONTRADICTS Change
        Many people who took part twice contradict themselves, such as by another sex: identifiers may not be the same
        people.
        > Check the identifiers of both waves.
        """
}
