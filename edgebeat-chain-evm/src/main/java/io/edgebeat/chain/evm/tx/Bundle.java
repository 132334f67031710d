package io.edgebeat.chain.evm.tx;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One transaction of the ledger: a transaction of the chain, or some with rising nonces, of which
 * those before the last allow what it does. Its bytes are theirs, one behind the other, so that all
 * are journaled by one record; its id is that of the last, its nonce that of the first.
 *
 * @param parts in the order of their nonces
 */
public record Bundle(List<RawTransaction.Signed> parts) {
  /** Copies the list. */
  public Bundle {
    parts = List.copyOf(parts);
  }

  /** The one that does what was asked for. */
  public RawTransaction.Signed last() {
    return parts.getLast();
  }

  /** The nonce of the first. */
  public long nonce() {
    return parts.getFirst().transaction().nonce();
  }

  /** The nonces of all, in their order. */
  public List<Long> nonces() {
    return parts.stream().map(part -> part.transaction().nonce()).toList();
  }

  /** What the engine journals. */
  public SignedTransaction toTransaction(Address sender) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    parts.forEach(part -> bytes.writeBytes(part.bytes()));
    return new SignedTransaction(
        new TransactionId(last().hash()), sender, nonce(), Blob.of(bytes.toByteArray()));
  }

  /**
   * Reads what was journaled, and checks that it is what it says.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} or {@code BAD_SIGNATURE} naming the
   *     transaction
   */
  public static Bundle read(
      SignedTransaction journaled, long chainId, SignatureBackend signatures) {
    Bundle bundle = parse(journaled);
    long least = bundle.nonce();
    if (!bundle.toTransaction(journaled.sender()).equals(journaled)) {
      throw not(journaled, "its id and nonce are not those of its bytes");
    }
    for (RawTransaction.Signed part : bundle.parts()) {
      RawTransaction t = part.transaction();
      if (t.chainId() != chainId || t.nonce() < least) {
        throw not(
            journaled, "chain " + t.chainId() + " and nonce " + t.nonce() + " do not belong here");
      }
      if (part.sender(signatures).filter(journaled.sender()::equals).isEmpty()) {
        throw new EdgeBeatException(
            ErrorCode.BAD_SIGNATURE,
            "transaction " + journaled.id() + " is not signed by " + journaled.sender());
      }
      least = t.nonce() + 1;
    }
    return bundle;
  }

  private static Bundle parse(SignedTransaction journaled) {
    byte[] bytes = journaled.bytes().toBytes();
    List<RawTransaction.Signed> parts = new ArrayList<>();
    int at = 0;
    try {
      do {
        RawTransaction.Read read = RawTransaction.read(bytes, at);
        parts.add(read.signed());
        at = read.end();
      } while (at < bytes.length);
    } catch (IllegalArgumentException | ArithmeticException | EdgeBeatException e) {
      throw not(journaled, "its bytes are no transaction: " + e.getMessage());
    }
    return new Bundle(parts);
  }

  private static EdgeBeatException not(SignedTransaction journaled, String why) {
    return new EdgeBeatException(
        ErrorCode.INVALID_ARGUMENT, "transaction " + journaled.id() + ": " + why);
  }
}
