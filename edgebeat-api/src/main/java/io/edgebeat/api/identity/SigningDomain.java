package io.edgebeat.api.identity;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A value: the EIP-712 domain that ties a signature to one market contract on one chain.
 *
 * @param name the domain's name, {@code EdgeBeat}
 * @param version the protocol's version, {@code 1}
 * @param chainId the chain
 * @param verifyingContract the market contract
 */
public record SigningDomain(String name, String version, long chainId, Address verifyingContract) {
  private static final Bytes32 TYPE_HASH =
      Bytes32.of(
          Keccak256.hash(
              ("EIP712Domain(string name,string version,uint256 chainId,"
                      + "address verifyingContract)")
                  .getBytes(StandardCharsets.UTF_8)));

  /**
   * Checks the components.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when the chain id is negative
   */
  public SigningDomain {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(verifyingContract, "verifyingContract");
    if (chainId < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a chain id is never negative, found " + chainId);
    }
  }

  /**
   * The domain of EdgeBeat's market on a chain.
   *
   * @param chainId the chain
   * @param market the market contract
   * @return the domain
   */
  public static SigningDomain edgeBeat(long chainId, Address market) {
    return new SigningDomain("EdgeBeat", "1", chainId, market);
  }

  /**
   * The domain separator of EIP-712. Callers that sign or verify often keep it.
   *
   * @return keccak-256 of the encoded domain
   */
  public Bytes32 separator() {
    return new StructWriter(TYPE_HASH, 4)
        .string(name)
        .string(version)
        .uint(chainId)
        .address(verifyingContract)
        .hash();
  }
}
