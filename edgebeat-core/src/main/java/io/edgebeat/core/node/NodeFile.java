package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Set;

/**
 * The file in a node's directory that names its account and its ledger, for whoever reads the
 * journal while the node does not run. The node itself never reads it, and writes it at each
 * opening: so it need not be synced.
 */
public final class NodeFile {
  /** Its node. */
  static final String FILE = "node.json";

  private NodeFile() {}

  /** Names node and ledger; the directory is there and nobody else's. */
  public static void write(Path directory, Address account, LedgerInfo ledger) {
    Path file = directory.resolve(FILE);
    byte[] bytes =
        Documents.node(new NodeIdentity(account, ledger.domain(), ledger.finalityDepth()));
    try {
      if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
        return;
      }
      Path unfinished = directory.resolve(FILE + ".unfinished");
      Files.write(unfinished, bytes);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("writing " + file, e);
    }
  }

  /**
   * As much of the ledger as folding facts needs.
   *
   * @param directory a node's directory
   * @return what the file says of it
   */
  public static LedgerInfo ledger(Path directory) {
    NodeIdentity node = read(directory);
    return new LedgerInfo(
        node.domain(), Asset.EDG, node.finalityDepth(), Set.of(), LedgerParameters.DEFAULTS);
  }

  /**
   * Reads it.
   *
   * @param directory a node's directory
   * @return what it says
   * @throws EdgeBeatException {@code NOT_FOUND} when this is no node's directory, {@code CORRUPTED}
   *     naming the file
   */
  static NodeIdentity read(Path directory) {
    Path file = directory.toAbsolutePath().normalize().resolve(FILE);
    try {
      return Documents.readNode(Files.readAllBytes(file));
    } catch (NoSuchFileException none) {
      throw new EdgeBeatException(
          ErrorCode.NOT_FOUND,
          RetryAdvice.NEVER,
          file + " is missing: name the directory of a node that was opened before",
          none);
    } catch (IOException e) {
      throw failed("reading " + file, e);
    } catch (EdgeBeatException damaged) {
      throw new EdgeBeatException(
          damaged.code() == ErrorCode.UNKNOWN_VERSION
              ? ErrorCode.UNKNOWN_VERSION
              : ErrorCode.CORRUPTED,
          RetryAdvice.NEVER,
          file + ": " + damaged.getMessage() + "; opening the node writes it anew",
          damaged);
    }
  }

  private static EdgeBeatException failed(String what, IOException e) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED, RetryAdvice.AFTER_STATE_CHANGE, what + " failed: " + e, e);
  }
}
