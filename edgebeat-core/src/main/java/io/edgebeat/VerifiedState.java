package io.edgebeat;

import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalCheck;
import io.edgebeat.core.node.JournalInspector;
import io.edgebeat.core.node.NodeBackup;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A value: what a check of a node's files has found to be whole.
 *
 * @param firstRecord the first record that is still there; earlier ones are in snapshots
 * @param lastRecord the last one, 0 if there is none
 * @param segments how many files hold records
 * @param snapshots how many snapshots there are
 * @param bytes the size of all of them
 * @param agreements how many agreements the node has been part of, on either side
 * @param facts how many facts the newest snapshot and the records behind it have
 * @param unfinishedBytes what a crash has left of a last write: it was never promised to be
 *     durable, and the next opening cuts it off
 * @param backup whether it is a backup, with a manifest that every file was compared with
 */
public record VerifiedState(
    long firstRecord,
    long lastRecord,
    int segments,
    int snapshots,
    long bytes,
    int agreements,
    long facts,
    long unfinishedBytes,
    boolean backup) {

  static VerifiedState read(Path directory) {
    Optional<NodeBackup.Manifest> manifest = NodeBackup.checked(directory);
    JournalInspector.Count count = new JournalInspector.Count();
    JournalCheck check =
        Journal.check(FileDisk.existing(directory.resolve(NodeBackup.JOURNAL)), count);
    return new VerifiedState(
        check.firstRecord(),
        check.lastRecord(),
        check.segments(),
        check.snapshots(),
        check.bytes(),
        count.agreements(),
        count.facts(),
        check.unfinishedBytes(),
        manifest.isPresent());
  }
}
