/** JSON-RPC over HTTP, WebSocket or a local socket to untrusted nodes. */
@NullMarked
package io.edgebeat.chain.evm.rpc;

import org.jspecify.annotations.NullMarked;
