package io.edgebeat.benchmarks.check;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Voucher;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Some whose keys are known, and who say something new each time. */
final class Payers {
  static final int COUNT = 8;
  static final SigningDomain DOMAIN =
      SigningDomain.edgeBeat(31_337, Address.parse("0x5fbdb2315678afecb367f032d93f642f64180aa3"));

  private final SignatureBackend signatures;
  private final Bytes32 separator = DOMAIN.separator();
  private final List<Payer> payers = new ArrayList<>();
  private final Random random;

  private record Payer(Secret key, PublicKey known) {}

  /**
   * A voucher as it comes, and the key it must be by.
   *
   * @param voucher what was signed
   * @param payer the key
   */
  record Sent(Signed<Voucher> voucher, PublicKey payer) {}

  Payers(SignatureBackend signatures, Random random) {
    this.signatures = signatures;
    this.random = random;
    for (int i = 0; i < COUNT; i++) {
      Secret key = Secret.of(word().toBytes());
      payers.add(new Payer(key, signatures.publicKey(key)));
    }
  }

  /** Vouchers that nobody has seen, the payers in turns. */
  List<Sent> say(int count) {
    List<Sent> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Payer payer = payers.get(i % COUNT);
      Voucher voucher =
          new Voucher(
              new AgreementId(word()),
              1 + random.nextInt(1_000_000),
              Amount.of(Asset.EDG, random.nextLong(Long.MAX_VALUE)),
              word(),
              Amount.of(Asset.EDG, 1 + random.nextInt(1_000_000_000)),
              1 + random.nextInt(Voucher.MAX_TICKS),
              word());
      all.add(
          new Sent(
              new Signed<>(voucher, signatures.sign(voucher.digest(separator), payer.key())),
              payer.known()));
    }
    return all;
  }

  private Bytes32 word() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Bytes32.of(bytes);
  }
}
