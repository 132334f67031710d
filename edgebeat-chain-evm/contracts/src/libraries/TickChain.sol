// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Hash-chain ticks
/// @notice x_(i-1) = SHA-256(x_i followed by the first 16 bytes of the agreement's id); the anchor is x_0. 48 bytes are
/// one block of SHA-256, and the id keeps a preimage from counting for any other agreement.
library TickChain {
    /// @notice The longest chain: bounds the gas of a claim.
    uint256 internal constant MAX_TICKS = 1024;

    /// @dev The precompiled contract for SHA-256 has failed, or is not there: a chain without it would take any preimage.
    error HashFailed();

    /// @notice Hashes a link some steps towards the anchor.
    /// @dev In assembly, because what the compiler makes of `sha256` copies memory at each step and costs more than twice
    /// as much. It works in the scratch space: the link in the first word, the half id behind it.
    /// @param id the agreement
    /// @param link x_i
    /// @param steps how many steps
    /// @return result x_(i - steps)
    function back(bytes32 id, bytes32 link, uint256 steps) internal view returns (bytes32 result) {
        bool done = true;
        assembly ("memory-safe") {
            mstore(0x00, link)
            mstore(0x20, id)
            for {} steps { steps := sub(steps, 1) } {
                let hashed := staticcall(gas(), 2, 0x00, 48, 0x00, 32)
                done := and(done, and(hashed, eq(returndatasize(), 32)))
            }
            result := mload(0x00)
        }
        if (!done) {
            revert HashFailed();
        }
    }
}
