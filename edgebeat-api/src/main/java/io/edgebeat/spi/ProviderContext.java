package io.edgebeat.spi;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.storage.ContentStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * What a node lends to a backend when it is made. Made by the engine; not for implementation.
 *
 * @param config the backend's own configuration
 * @param clock the only clock a backend may read
 * @param threads the only source of threads; they are daemons and named
 * @param signer signs for the node's account
 * @param signatures checks signatures
 * @param content the node's content store; empty for the content store itself and whatever is made
 *     before it
 * @param directory where a backend may keep files; empty when the node keeps none
 */
public record ProviderContext(
    BackendConfig config,
    InstantSource clock,
    ThreadFactory threads,
    Signer signer,
    SignatureBackend signatures,
    Optional<ContentStore> content,
    Optional<Path> directory) {}
