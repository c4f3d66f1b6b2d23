extension Explanations {
    /// Classes of trouble with partitions, their states and the passes over them.
    static let partitions = """
        CANCELLED Larger-than-memory
        The work was interrupted and ended before its end; nothing was written.
        > Run it again.

        EMPTY_CENTRE Cluster
        In a round of k-means over partitions nobody was nearest to one of the centres. One machine with all rows would
        put somebody far from all centres there; sums do not tell who that is.
        > Ask for fewer segments or other starts, or raise `patterns`, with which starts are sought among more answers.

        MEMORY_LIMIT Larger-than-memory
        The work takes more memory than --max-memory allows.
        > Allow more, or ask for fewer groups and items at a time.

        NOT_A_STATE Cluster
        The file is no state of `peil partial`, or no parameters of `peil merge`.
        > Name a file that they wrote.

        NOT_STREAMED Larger-than-memory
        What the plan asks for does not follow from sums over partitions of the data.
        > Leave it out, or take the way without partitions that the message names: all rows in one reading.

        OTHER_DATA Cluster
        A partition is not the one that the pass before read.
        > Keep the partitions and their numbers as they were, or begin with the first pass.

        OTHER_PARAMETERS Cluster
        States of one pass were made with different parameters, or with those of other data.
        > Run the pass again over every partition with the same --parameters.

        OTHER_PARTITIONING Cluster
        States belong to divisions of the data into different numbers of partitions.
        > Run `peil partial` with the same K in --part I/K everywhere.

        OTHER_PASS Cluster
        States of different passes do not merge.
        > Merge the states of one pass.

        OTHER_PLAN Cluster
        A state or parameters were made for another plan, or for another study or wave.
        > Make them again with this one, or merge those of one plan.

        OTHER_VERSION Cluster
        A state or parameters were made by another version of peil, which may add up differently.
        > Make them again with this version, the same one on every machine.

        PARTITIONS_DISAGREE Cluster
        A column holds numbers in one partition and words in another, so that its labels would not agree.
        > Run `peil partial` with --text and the column over every partition.

        PARTITION_MISSING Cluster
        Not every partition is among the states.
        > Run `peil partial` over those that are named too; --partial merges some of them.

        PARTITION_TWICE Cluster
        A partition, or a file under two numbers, is among the states twice and would be counted twice.
        > Merge each partition once.

        STATE_CUT Cluster
        A state or a parameters file is cut short.
        > Copy it again, or make it again.

        STATE_DAMAGED Cluster
        The checksum of a state or of a parameters file does not hold.
        > Copy it again, or make it again.
        """
}
