package io.edgebeat.core.registry;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.BackendProvider;
import io.edgebeat.spi.ProviderContext;
import io.edgebeat.spi.SignatureBackendProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Finds backends by id, or the best that can work here. */
public final class Backends {
  private static final String SIGNATURES = "signature backend";

  /** By what they are in words, then by id: an id of another kind is of no help. */
  private static final Map<String, Map<String, String>> ARTIFACTS =
      Map.of(
          "ledger",
          Map.of("evm", "edgebeat-chain-evm"),
          "executor",
          Map.of("wasm", "edgebeat-exec-wasm", "docker", "edgebeat-exec-docker"),
          "content store",
          Map.of("ipfs", "edgebeat-storage-ipfs"),
          "transport",
          Map.of("grpc", "edgebeat-transport-grpc"),
          "state index",
          Map.of("jdbc", "edgebeat-store-jdbc"),
          SIGNATURES,
          Map.of("native", "edgebeat-crypto-native", "java", "edgebeat-crypto-java"));

  private final ClassLoader loader;

  /** Looks in one class loader. */
  public Backends(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Makes the backend of an id.
   *
   * @param type the provider interface
   * @param what the interface in words, for messages
   * @param id which
   * @param config its configuration
   * @param context makes the rest of the context
   * @throws EdgeBeatException {@code BACKEND_MISSING} naming the artifact to add, {@code
   *     BACKEND_UNAVAILABLE}, {@code BACKEND_DUPLICATE}, {@code UNKNOWN_CONFIG_KEY}
   */
  public <T, P extends BackendProvider<T>> T create(
      Class<P> type,
      String what,
      String id,
      Map<String, String> config,
      Function<BackendConfig, ProviderContext> context) {
    List<P> providers = load(type, BackendProvider::id, BackendProvider::priority);
    P provider =
        providers.stream()
            .filter(p -> p.id().equals(id))
            .findFirst()
            .orElseThrow(() -> missing(what, id, providers.stream().map(p -> p.id()).toList()));
    return create(provider, config, context);
  }

  /**
   * Makes every backend of a kind that can work here, best first; none is no error.
   *
   * @param type the provider interface
   * @param context makes the context
   */
  public <T, P extends BackendProvider<T>> List<T> createAll(
      Class<P> type, Function<BackendConfig, ProviderContext> context) {
    List<T> all = new ArrayList<>();
    for (P provider : load(type, BackendProvider::id, BackendProvider::priority)) {
      if (provider.unavailable().isEmpty()) {
        all.add(create(provider, Map.of(), context));
      }
    }
    return all;
  }

  /**
   * Makes the best backend of a kind that can work here; none is no error.
   *
   * @param type the provider interface
   * @param context makes the context
   */
  public <T, P extends BackendProvider<T>> Optional<T> createBest(
      Class<P> type, Function<BackendConfig, ProviderContext> context) {
    return load(type, BackendProvider::id, BackendProvider::priority).stream()
        .filter(provider -> provider.unavailable().isEmpty())
        .findFirst()
        .map(provider -> create(provider, Map.of(), context));
  }

  private static <T> T create(
      BackendProvider<T> provider,
      Map<String, String> config,
      Function<BackendConfig, ProviderContext> context) {
    BackendConfig checked =
        BackendConfig.of(config).requireKnown(provider.id(), provider.configKeys());
    provider
        .unavailable()
        .ifPresent(
            reason -> {
              throw new EdgeBeatException(
                  ErrorCode.BACKEND_UNAVAILABLE,
                  RetryAdvice.AFTER_STATE_CHANGE,
                  "backend \"" + provider.id() + "\" cannot work here: " + reason,
                  null);
            });
    return provider.create(context.apply(checked));
  }

  /**
   * Signature checks: the best that can work here, or the one of an id.
   *
   * @param id which; empty for the best
   */
  public SignatureBackend signatures(Optional<String> id) {
    List<SignatureBackendProvider> providers =
        load(
            SignatureBackendProvider.class,
            SignatureBackendProvider::id,
            SignatureBackendProvider::priority);
    List<String> reasons = new ArrayList<>();
    for (SignatureBackendProvider provider : providers) {
      if (id.map(provider.id()::equals).orElse(true)) {
        Optional<String> reason = provider.unavailable();
        if (reason.isEmpty()) {
          return provider.create();
        }
        reasons.add(provider.id() + ": " + reason.get());
      }
    }
    if (!reasons.isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE,
          "no signature backend can work here: " + String.join("; ", reasons));
    }
    throw missing(
        SIGNATURES,
        id.orElse("java"),
        providers.stream().map(SignatureBackendProvider::id).toList());
  }

  private static EdgeBeatException missing(String what, String id, List<String> there) {
    Map<String, String> artifacts = ARTIFACTS.getOrDefault(what, Map.of());
    TreeSet<String> known = new TreeSet<>(artifacts.keySet());
    known.addAll(there);
    String advice = "";
    if (artifacts.containsKey(id)) {
      advice = "add the artifact io.edgebeat:" + artifacts.get(id) + ". ";
    } else if (!known.isEmpty()) {
      String nearest = BackendConfig.nearest(id, known);
      String of =
          there.contains(nearest) ? "" : " of the artifact io.edgebeat:" + artifacts.get(nearest);
      advice = "did you mean \"" + nearest + "\"" + of + "? ";
    }
    return new EdgeBeatException(
        ErrorCode.BACKEND_MISSING,
        RetryAdvice.AFTER_STATE_CHANGE,
        "no "
            + what
            + " \""
            + id
            + "\" on the class path; "
            + advice
            + "Found here: "
            + (there.isEmpty() ? "none" : String.join(", ", new TreeSet<>(there))),
        null);
  }

  private <P> List<P> load(Class<P> type, Function<P, String> id, ToIntFunction<P> priority) {
    List<P> providers = new ArrayList<>();
    ServiceLoader.load(type, loader).forEach(providers::add);
    providers.sort(
        Comparator.<P>comparingInt(priority).reversed().thenComparing(p -> p.getClass().getName()));
    Map<String, P> byId = new TreeMap<>();
    for (P provider : providers) {
      P other = byId.putIfAbsent(id.apply(provider), provider);
      if (other != null) {
        throw new EdgeBeatException(
            ErrorCode.BACKEND_DUPLICATE,
            "backend id \""
                + id.apply(provider)
                + "\" is claimed by "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName()
                + "; remove one from the class path");
      }
    }
    return providers;
  }
}
