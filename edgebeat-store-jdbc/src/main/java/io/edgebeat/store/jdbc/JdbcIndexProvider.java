package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ProviderContext;
import io.edgebeat.spi.StateIndexProvider;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * SPI implementation: makes a {@link JdbcStateIndex} under the id {@code jdbc}. Its configuration
 * keys are {@code url}, {@code user}, {@code password} and {@code schema}; without a {@code url}
 * the picture is in files of the node's directory, or in memory where the node has none.
 */
public final class JdbcIndexProvider implements StateIndexProvider {
  private static final Set<String> KEYS = Set.of("url", "user", "password", "schema");

  /** For {@code ServiceLoader}. */
  public JdbcIndexProvider() {}

  @Override
  public String id() {
    return "jdbc";
  }

  @Override
  public Set<String> configKeys() {
    return KEYS;
  }

  @Override
  public StateIndex create(ProviderContext context) {
    BackendConfig config = context.config().requireKnown(id(), KEYS);
    Address node = context.signer().address();
    String url = config.text("url", "");
    if (!url.isEmpty()) {
      return JdbcStateIndex.at(
          url,
          config.text("user", "edgebeat"),
          Secret.of(config.text("password", "").getBytes(StandardCharsets.UTF_8)),
          config.text("schema", "edgebeat"),
          node);
    }
    for (String key : Set.of("user", "password", "schema")) {
      if (!config.text(key, "").isEmpty()) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_CONFIG_VALUE,
            "configuration key \"" + key + "\" of backend \"jdbc\" means nothing without \"url\"");
      }
    }
    return context
        .directory()
        .map(directory -> JdbcStateIndex.onDisk(directory.resolve("index"), node))
        .orElseGet(() -> JdbcStateIndex.inMemory(node));
  }
}
