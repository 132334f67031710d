package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.core.codec.RecordCodec;

/**
 * What an account signs to send a command. The signed digest is the transaction's id, so the same
 * transaction has one id however it is signed.
 *
 * @param sender who sends
 * @param nonce its place in the order of the sender's transactions, from 0
 * @param command the command in its binary form
 */
record LedgerTransaction(Address sender, long nonce, Blob command) implements TypedMessage {
  private static final String TYPE = "LedgerTransaction(address sender,uint64 nonce,bytes command)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  private static final RecordCodec<LedgerCommand> COMMANDS = RecordCodec.of(LedgerCommand.class);
  private static final RecordCodec<SignedForm> SIGNED = RecordCodec.of(SignedForm.class);

  /** A command of 1 024 ticks and every signature has less than 1 KiB; a URI is bounded too. */
  static final int MAX_BYTES = TransactionLog.MAX_BYTES;

  LedgerTransaction {
    if (nonce < 0) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, "a nonce is not negative: " + nonce);
    }
  }

  /**
   * What is broadcast and kept in blocks.
   *
   * @param transaction what was signed
   * @param signature by the sender
   */
  record SignedForm(LedgerTransaction transaction, Signature signature) {
    byte[] encode() {
      byte[] bytes = SIGNED.encode(this);
      if (bytes.length > MAX_BYTES) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "a transaction has at most " + MAX_BYTES + " bytes, found " + bytes.length);
      }
      return bytes;
    }

    /** Reads what a stranger has sent. */
    static SignedForm decode(Blob bytes) {
      if (bytes.size() > MAX_BYTES) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "a transaction has at most " + MAX_BYTES + " bytes, found " + bytes.size());
      }
      return readable(SIGNED, bytes);
    }
  }

  static LedgerTransaction of(Address sender, long nonce, LedgerCommand command) {
    return new LedgerTransaction(sender, nonce, Blob.of(COMMANDS.encode(command)));
  }

  LedgerCommand decoded() {
    return readable(COMMANDS, command);
  }

  /** Foreign bytes are a bad argument here; only the chain's own file can be corrupted. */
  private static <T> T readable(RecordCodec<T> codec, Blob bytes) {
    try {
      return codec.decode(bytes.toBytes());
    } catch (EdgeBeatException e) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, RetryAdvice.NEVER, "not a transaction: " + e.getMessage(), e);
    }
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 3)
        .address(sender)
        .uint(nonce)
        .bytes(command.toBytes())
        .hash();
  }
}
