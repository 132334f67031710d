package io.edgebeat.benchmarks.check;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Voucher;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;

/** The same checks by web3j, in the way it has for each. */
final class Web3j {
  private static final String DOMAIN_TYPE =
      "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

  private Web3j() {}

  /** A voucher as web3j takes typed data. */
  static String typedData(Voucher voucher) {
    Map<String, String> fields =
        Map.of(
            "agreementId", voucher.agreementId().digest().toString(),
            "sequence", Long.toString(voucher.sequence()),
            "cumulative", voucher.cumulative().baseUnits().toString(),
            "tickAnchor", voucher.tickAnchor().toString(),
            "tickAmount", voucher.tickAmount().baseUnits().toString(),
            "tickCount", Integer.toString(voucher.tickCount()),
            "usageHash", voucher.usageHash().toString());
    String message =
        fields.entrySet().stream()
            .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
            .collect(Collectors.joining(","));
    return "{\"types\":{"
        + type(DOMAIN_TYPE)
        + ","
        + type(voucher.typeString())
        + "},\"primaryType\":\"Voucher\",\"domain\":{\"name\":\""
        + Payers.DOMAIN.name()
        + "\",\"version\":\""
        + Payers.DOMAIN.version()
        + "\",\"chainId\":"
        + Payers.DOMAIN.chainId()
        + ",\"verifyingContract\":\""
        + Payers.DOMAIN.verifyingContract()
        + "\"},\"message\":{"
        + message
        + "}}";
  }

  /** {@code Name(type name,..)} in the form of JSON. */
  private static String type(String typeString) {
    int open = typeString.indexOf('(');
    String fields =
        Stream.of(typeString.substring(open + 1, typeString.length() - 1).split(",", -1))
            .map(field -> field.split(" ", -1))
            .map(words -> "{\"name\":\"" + words[1] + "\",\"type\":\"" + words[0] + "\"}")
            .collect(Collectors.joining(","));
    return "\"" + typeString.substring(0, open) + "\":[" + fields + "]";
  }

  /** The digest of typed data. */
  static byte[] digest(String typedData) throws IOException {
    return new StructuredDataEncoder(typedData).hashStructuredData();
  }

  /** A signature in web3j's form. */
  static Sign.SignatureData signature(Signature signature) {
    byte[] rsv = signature.toBytes();
    return new Sign.SignatureData(
        rsv[64], Arrays.copyOfRange(rsv, 0, 32), Arrays.copyOfRange(rsv, 32, 64));
  }

  /** Who has signed a digest, in lower case and without a prefix. */
  static String signer(byte[] digest, Sign.SignatureData signature) throws SignatureException {
    BigInteger key = Sign.signedMessageHashToKey(digest, signature);
    return Keys.getAddress(key);
  }

  /** An account as {@link #signer} gives it. */
  static String account(Address address) {
    return address.toString().substring(2);
  }

  /** Stops when a digest is another than ours: then nothing is worth a measurement. */
  static void requireSame(Bytes32 ours, byte[] theirs) {
    if (!Arrays.equals(ours.toBytes(), theirs)) {
      throw new IllegalStateException(
          "our digest " + ours + " is " + Bytes32.of(theirs) + " by web3j");
    }
  }
}
