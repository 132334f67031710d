package io.edgebeat;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.core.node.NodeBackup;
import io.edgebeat.core.registry.Backends;
import io.edgebeat.core.settle.InvoiceText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Where everything begins: a node of your own, or a whole market in one JVM. */
public final class EdgeBeat {
  private EdgeBeat() {}

  /**
   * Begins a node.
   *
   * @return a builder; nothing happens before {@link NodeBuilder#open()}
   */
  public static NodeBuilder node() {
    return new NodeBuilder();
  }

  /**
   * Begins a market in this JVM: a ledger, a buyer and sellers, with nothing installed.
   *
   * @return a builder; nothing happens before {@link LocalMarketBuilder#realTime()}
   */
  public static LocalMarketBuilder local() {
    return new LocalMarketBuilder(OptionalLong.empty());
  }

  /**
   * Begins a market of virtual time, which the same seed repeats exactly.
   *
   * @param seed decides everything that is left to chance
   * @return a builder; nothing happens before {@link LocalMarketBuilder#virtualTime()}
   */
  public static LocalMarketBuilder local(long seed) {
    return new LocalMarketBuilder(OptionalLong.of(seed));
  }

  /**
   * The best signature backend on the class path that can work on this machine.
   *
   * @return the backend
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BACKEND_MISSING} naming the artifact to
   *     add
   */
  public static SignatureBackend signatures() {
    return new Backends(Thread.currentThread().getContextClassLoader())
        .signatures(Optional.empty());
  }

  /**
   * An invoice as text for people.
   *
   * @param invoice the invoice
   * @return several lines
   */
  public static String text(Invoice invoice) {
    return InvoiceText.of(invoice);
  }

  /**
   * Makes a directory of a backup that a node can be opened with. The node knows then that the
   * other sides and the ledger may know more than it does.
   *
   * @param backup what {@code EdgeBeatNode.backup} has made
   * @param directory where the node shall live: not there yet, or empty
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when the directory is
   *     not empty, {@code CORRUPTED} naming the file of the backup, {@code UNKNOWN_VERSION}, {@code
   *     STORAGE_FAILED}
   */
  public static void restore(Path backup, Path directory) {
    NodeBackup.restore(backup, directory);
  }

  /**
   * Checks the state of a node that is not running, or a backup: every record, every snapshot and
   * every checksum. Changes nothing.
   *
   * @param directory the directory the node was given, or a backup
   * @return what is there
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LOCKED} while the node runs, {@code
   *     CORRUPTED} naming file and offset, {@code UNKNOWN_VERSION}, {@code STORAGE_FAILED}
   */
  public static VerifiedState verify(Path directory) {
    return VerifiedState.read(directory);
  }
}
