package io.edgebeat.core.journal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A write and sync of a journal in a flight recording: what everything that is promised waits for.
 */
@Name("io.edgebeat.JournalSync")
@Label("Journal Sync")
@Description("Records that were written and synced together")
@Category("EdgeBeat")
@StackTrace(false)
final class SyncEvent extends Event {
  @Label("File")
  String file = "";

  @Label("Bytes")
  @DataAmount
  long bytes;
}
