package io.edgebeat.chain.evm.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.TransactionEncoder;

/** Against another implementation: web3j must write the same bytes. */
class RawTransactionTest {
  private static final JavaSignatureBackend SIGNATURES = new JavaSignatureBackend();

  private static RawTransaction any(Random random) {
    byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(70_000) : random.nextInt(80)];
    random.nextBytes(data);
    byte[] to = new byte[20];
    random.nextBytes(to);
    BigInteger tip = new BigInteger(random.nextInt(60), random);
    return new RawTransaction(
        random.nextInt(4) == 0 ? random.nextInt(130) : random.nextLong() >>> 1,
        random.nextInt(3) == 0 ? random.nextInt(300) : random.nextLong() >>> 1,
        new Fees(tip, tip.add(new BigInteger(random.nextInt(70), random))),
        random.nextInt(30_000_000),
        random.nextInt(10) == 0 ? Optional.empty() : Optional.of(Address.of(to)),
        Blob.of(data));
  }

  @Test
  void isWrittenAsWeb3jWritesItAndReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      RawTransaction t = any(random);
      Secret key = KeySigner.generateKey(new java.security.SecureRandom());
      byte[] theirs =
          TransactionEncoder.signMessage(
              org.web3j.crypto.RawTransaction.createTransaction(
                  t.chainId(),
                  BigInteger.valueOf(t.nonce()),
                  BigInteger.valueOf(t.gas()),
                  t.to().map(Address::toString).orElse(""),
                  BigInteger.ZERO,
                  HexFormat.of().formatHex(t.data().toBytes()),
                  t.fees().tip(),
                  t.fees().limit()),
              Credentials.create(HexFormat.of().formatHex(key.reveal())));
      Signature signature = SIGNATURES.sign(t.digest(), key);
      RawTransaction.Signed signed = new RawTransaction.Signed(t, signature);
      assertThat(signed.bytes()).isEqualTo(theirs);
      RawTransaction.Read read = RawTransaction.read(theirs, 0);
      assertThat(read.signed()).isEqualTo(signed);
      assertThat(read.end()).isEqualTo(theirs.length);
      assertThat(signed.sender(SIGNATURES)).contains(SIGNATURES.publicKey(key).address());
    }
  }

  /** Whatever is read at all has this one spelling. */
  @Test
  void changedBytesAreRefusedOrAnotherTransaction() {
    Random random = new Random(8);
    Secret key = KeySigner.generateKey(new java.security.SecureRandom());
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      RawTransaction t = any(random);
      byte[] bytes = new RawTransaction.Signed(t, SIGNATURES.sign(t.digest(), key)).bytes();
      byte[] changed =
          random.nextBoolean() ? bytes.clone() : Arrays.copyOf(bytes, random.nextInt(bytes.length));
      if (changed.length > 0) {
        changed[random.nextInt(Math.min(changed.length, 120))] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        RawTransaction.Read read = RawTransaction.read(changed, 0);
        assertThat(read.signed().bytes()).isEqualTo(Arrays.copyOf(changed, read.end()));
      } catch (IllegalArgumentException | ArithmeticException e) {
        refused++;
      } catch (io.edgebeat.api.error.EdgeBeatException e) {
        refused++;
      }
      if (changed.length < bytes.length) {
        assertThatThrownBy(() -> RawTransaction.read(changed, 0))
            .isInstanceOf(RuntimeException.class);
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }
}
