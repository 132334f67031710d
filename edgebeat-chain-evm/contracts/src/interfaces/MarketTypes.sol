// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The ledger's word on an agreement.
/// @dev The numbers are part of the ABI. OPEN and CLOSING hold tokens of the channel, FEE_HELD holds the fee.
enum Status {
    NONE, // nothing is known of it
    OFFER_RECORDED, // somebody has recorded the offer
    ACCEPTED, // the seller has accepted it: in contract
    FEE_HELD, // the buyer has escrowed the fee
    OPEN, // the channel is funded
    CLOSING, // the buyer has asked to close; the challenge time runs
    CLOSED, // paid out; nothing moves any more
    LAPSED // cancelled, or its fee was reclaimed, before it was funded; nothing moves any more
}

/// @notice What buyer and seller sign. Its EIP-712 digest is the agreement's id.
/// @param buyer who pays
/// @param seller who is paid
/// @param voucherKey a plain key that signs vouchers for the buyer
/// @param deposit what the channel is funded with
/// @param fee what is escrowed for the platform
/// @param openBy the last second at which it can be opened
/// @param expiry from when on the seller gets nothing for new work
/// @param challenge how many seconds the seller has to claim once the buyer asks to close
/// @param tenant which tenant's gate is asked; 0 for none
/// @param policy which policy's gate is asked; 0 for none
/// @param fromVault whether deposit and fee come from the buyer's vault, and refunds go there
/// @param termsHash everything else
struct Agreement {
    address buyer;
    address seller;
    address voucherKey;
    uint96 deposit;
    uint96 fee;
    uint40 openBy;
    uint40 expiry;
    uint32 challenge;
    uint32 tenant;
    uint32 policy;
    bool fromVault;
    bytes32 termsHash;
}

/// @notice A signature by a plain key over secp256k1.
/// @param v 27 or 28
/// @param r of the signature
/// @param s of the signature; only the lower half counts
struct Signature {
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice What the buyer owes so far, signed by the voucher key, and the anchor of a chain of further ticks.
/// @param agreementId the agreement it counts for
/// @param sequence orders messages, never money
/// @param cumulative owed in all before the first tick of this chain
/// @param tickAnchor x_0 of the chain
/// @param tickAmount what one tick adds
/// @param tickCount how long the chain is
/// @param usageHash the usage both have counted
struct Voucher {
    bytes32 agreementId;
    uint64 sequence;
    uint96 cumulative;
    bytes32 tickAnchor;
    uint96 tickAmount;
    uint32 tickCount;
    bytes32 usageHash;
}

/// @notice A voucher with the highest preimage held: all that is needed to claim.
/// @param voucher the voucher
/// @param ticks k, the index of the preimage; 0 for none
/// @param preimage x_k
/// @param signature of the voucher by the voucher key
struct VoucherClaim {
    Voucher voucher;
    uint32 ticks;
    bytes32 preimage;
    Signature signature;
}

/// @notice What both agree is paid in the end.
/// @param agreementId the agreement
/// @param cumulative what the seller gets in all
/// @param invoiceHash the invoice
struct Settlement {
    bytes32 agreementId;
    uint96 cumulative;
    bytes32 invoiceHash;
}

/// @notice A signature of ERC-2612 for exactly deposit + fee.
/// @param deadline until when it counts
/// @param signature by the buyer
struct Permit {
    uint256 deadline;
    Signature signature;
}

/// @notice What new listings and agreements are checked against.
/// @param listingFee taken by every advertise
/// @param feeFloor the smallest fee an agreement may escrow
/// @param depositCap the largest deposit + topUps
struct Parameters {
    uint96 listingFee;
    uint96 feeFloor;
    uint96 depositCap;
}
