package io.edgebeat.chain.evm.tx;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Keccak256;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.chain.evm.abi.Rlp;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A transaction with a fee of its own (EIP-1559, type 2, without an access list).
 *
 * @param chainId where it is valid
 * @param nonce its place among those of its sender
 * @param fees what is offered
 * @param gas the most it may use
 * @param to which contract is called; empty to make one
 * @param data the call
 */
public record RawTransaction(
    long chainId, long nonce, Fees fees, long gas, Optional<Address> to, Blob data) {
  private static final byte TYPE = 2;

  /**
   * A transaction as it is sent.
   *
   * @param transaction what was signed
   * @param signature by its sender
   */
  public record Signed(RawTransaction transaction, Signature signature) {

    /** What is sent. */
    public byte[] bytes() {
      byte[] rsv = signature.toBytes();
      return transaction.envelope(
          Rlp.of(signature.recoveryId()),
          Rlp.of(new BigInteger(1, Arrays.copyOfRange(rsv, 0, 32))),
          Rlp.of(new BigInteger(1, Arrays.copyOfRange(rsv, 32, 64))));
    }

    /** The chain's name for it. */
    public Bytes32 hash() {
      return Bytes32.of(Keccak256.hash(bytes()));
    }

    /** Whose signature it is; empty when nobody can have made it. */
    public Optional<Address> sender(SignatureBackend signatures) {
      return signatures.recover(transaction.digest(), signature).map(PublicKey::address);
    }
  }

  /** What is signed. */
  public Bytes32 digest() {
    return Bytes32.of(Keccak256.hash(envelope()));
  }

  private byte[] envelope(Rlp... signature) {
    Rlp[] fields = new Rlp[9 + signature.length];
    fields[0] = Rlp.of(chainId);
    fields[1] = Rlp.of(nonce);
    fields[2] = Rlp.of(fees.tip());
    fields[3] = Rlp.of(fees.limit());
    fields[4] = Rlp.of(gas);
    fields[5] = Rlp.of(to.map(Address::toBytes).orElse(new byte[0]));
    fields[6] = Rlp.of(BigInteger.ZERO);
    fields[7] = Rlp.of(data.toBytes());
    fields[8] = Rlp.list();
    System.arraycopy(signature, 0, fields, 9, signature.length);
    byte[] body = Rlp.list(fields).encode();
    byte[] bytes = new byte[body.length + 1];
    bytes[0] = TYPE;
    System.arraycopy(body, 0, bytes, 1, body.length);
    return bytes;
  }

  /** A transaction that was read, and where it ended. */
  record Read(Signed signed, int end) {}

  /**
   * Reads one of several that follow each other.
   *
   * @throws IllegalArgumentException when there is none that this class has written
   */
  static Read read(byte[] bytes, int from) {
    if (from >= bytes.length || bytes[from] != TYPE) {
      throw new IllegalArgumentException("no transaction of type 2");
    }
    Rlp.Read read = Rlp.read(bytes, from + 1);
    List<Rlp> fields = read.value().items();
    if (fields.size() != 12
        || fields.get(6).number().signum() != 0
        || !fields.get(8).items().isEmpty()) {
      throw new IllegalArgumentException("a transaction of another form");
    }
    byte[] to = fields.get(5).bytes();
    RawTransaction transaction =
        new RawTransaction(
            fields.get(0).number().longValueExact(),
            fields.get(1).number().longValueExact(),
            new Fees(fields.get(2).number(), fields.get(3).number()),
            fields.get(4).number().longValueExact(),
            to.length == 0 ? Optional.empty() : Optional.of(Address.of(to)),
            Blob.of(fields.get(7).bytes()));
    byte[] rs = new byte[64];
    half(fields.get(10), rs, 32);
    half(fields.get(11), rs, 64);
    int parity = fields.get(9).number().intValueExact();
    return new Read(new Signed(transaction, Signature.of(rs, parity)), read.end());
  }

  private static void half(Rlp number, byte[] into, int end) {
    byte[] bytes = number.bytes();
    if (bytes.length > 32 || (bytes.length > 0 && bytes[0] == 0)) {
      throw new IllegalArgumentException("a signature of another form");
    }
    System.arraycopy(bytes, 0, into, end - bytes.length, bytes.length);
  }
}
