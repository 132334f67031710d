// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Settlement, Voucher} from "../interfaces/MarketTypes.sol";

/// @title Struct hashes of what is signed (EIP-712)
/// @notice One type a purpose; the Java library writes the same bytes.
library Digests {
    /// @notice Type of what buyer and seller sign.
    bytes32 internal constant AGREEMENT = keccak256(
        "Agreement(address buyer,address seller,address voucherKey,uint96 deposit,uint96 fee,"
        "uint40 openBy,uint40 expiry,uint32 challenge,uint32 tenant,uint32 policy,bool fromVault,bytes32 termsHash)"
    );
    /// @notice Type of what the voucher key signs.
    bytes32 internal constant VOUCHER = keccak256(
        "Voucher(bytes32 agreementId,uint64 sequence,uint96 cumulative,bytes32 tickAnchor,"
        "uint96 tickAmount,uint32 tickCount,bytes32 usageHash)"
    );
    /// @notice Type of what both sign in the end.
    bytes32 internal constant SETTLEMENT =
        keccak256("Settlement(bytes32 agreementId,uint96 cumulative,bytes32 invoiceHash)");

    /// @notice Struct hash of an agreement.
    /// @param a the agreement
    /// @return its hash
    function ofAgreement(Agreement calldata a) internal pure returns (bytes32) {
        uint256 words;
        assembly ("memory-safe") {
            words := a
        }
        return _hash(AGREEMENT, words, 384);
    }

    /// @notice Struct hash of a voucher.
    /// @param v the voucher
    /// @return its hash
    function ofVoucher(Voucher calldata v) internal pure returns (bytes32) {
        uint256 words;
        assembly ("memory-safe") {
            words := v
        }
        return _hash(VOUCHER, words, 224);
    }

    /// @notice Struct hash of a settlement.
    /// @param s the settlement
    /// @return its hash
    function ofSettlement(Settlement calldata s) internal pure returns (bytes32) {
        uint256 words;
        assembly ("memory-safe") {
            words := s
        }
        return _hash(SETTLEMENT, words, 96);
    }

    /// @dev All fields are one word each, and calldata holds them as EIP-712 wants them: one copy does for an encoding,
    /// for a tenth of its gas. A word that does not fit its field gives a digest of nothing that can be written down as a
    /// message; where it matters the field is read as well, and what does not fit is refused when it is read.
    function _hash(bytes32 typeHash, uint256 words, uint256 length) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 32), words, length)
            hash := keccak256(free, add(32, length))
        }
    }
}
