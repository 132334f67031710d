// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Signature, Status} from "../../src/interfaces/MarketTypes.sol";
import {Wallet} from "../support/Doubles.sol";
import {Model} from "./Model.sol";

/// @title Who acts, and the agreements they draw
abstract contract Parties is Model {
    uint256 internal constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    /// @dev x of the curve's generator, whose y is even.
    uint256 private constant GENERATOR = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;

    address[2] private voucherKeys = [vm.addr(0x7000), vm.addr(0x7001)];
    uint256 internal salt;

    function buyerKey(uint256 i) internal pure returns (uint256) {
        return 0xB000 + (i % 2);
    }

    function sellerKey(uint256 i) internal pure returns (uint256) {
        return 0x5000 + ((i / 2) % 2);
    }

    /// @dev A buyer has one key for all its agreements: only the id tells their vouchers apart.
    function voucherKeyOf(uint256 i) internal pure returns (uint256) {
        return 0x7000 + (i % 2);
    }

    function buyerOf(uint256 i) internal view returns (address) {
        return buyers[i % 2];
    }

    function sellerOf(uint256 i) internal view returns (address) {
        return sellers[(i / 2) % 2];
    }

    function who(uint256 i, uint256 x) internal view returns (address) {
        x %= 4;
        return x == 0 ? buyerOf(i) : x == 1 ? sellerOf(i) : x == 2 ? TOWER : PATRON;
    }

    /// @dev What the seller brings where any bytes will do. The second one is a contract as well: its code takes a word for a
    /// signature, of this digest, or, when it is not right, of another.
    function ofTheSeller(uint256 i, bytes32 digest, Signature memory s, bool right, uint256 y)
        internal
        returns (bytes memory)
    {
        if (y % 2 != 0 || sellerOf(i) != sellers[1]) return packed(s);
        Wallet(sellers[1]).expect(right ? digest : ~digest, "agreed");
        ++done["by code"];
        return "agreed";
    }

    function mix(uint256 x, uint256 n) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            mstore(0x00, x)
            mstore(0x20, n)
            y := keccak256(0x00, 0x40)
        }
    }

    /// @dev ECDSA with 1 for the nonce, which gives the key away and is a signature like any other: r is the generator's x,
    /// and s a sum. It costs a hundredth of what the cheat code costs, which derives the address each time.
    function signBy(uint256 key, bytes32 digest) internal pure returns (Signature memory) {
        uint256 s = addmod(uint256(digest), mulmod(GENERATOR, key, ORDER), ORDER);
        return s > ORDER / 2
            ? Signature(28, bytes32(GENERATOR), bytes32(ORDER - s))
            : Signature(27, bytes32(GENERATOR), bytes32(s));
    }

    function packed(Signature memory s) internal pure returns (bytes memory) {
        return abi.encodePacked(s.r, s.s, s.v);
    }

    /// @dev A new agreement takes the seat of one that has ended or was never begun. One in three has one fault.
    function renew(uint256 i, uint256 x) internal returns (Seat storage s) {
        s = seats[i];
        if (s.status != Status.NONE && s.status != Status.CLOSED && s.status != Status.LAPSED) {
            return s;
        }
        if (s.id != 0) (oldAgreements[i], oldIds[i]) = (s.a, s.id);
        delete seats[i];
        Agreement memory a = draw(i, x);
        s.good = !spoilt(a, (x >> 100) % 36);
        s.a = a;
        s.id = market.idOf(a);
    }

    function draw(uint256 i, uint256 x) private returns (Agreement memory a) {
        // forge-lint: disable-start(unsafe-typecast)
        a.buyer = buyerOf(i);
        a.seller = sellerOf(i);
        a.voucherKey = voucherKeys[i % 2];
        a.deposit = uint96(within((x >> 8) % 65_536, 1, 1000));
        a.fee = uint96(parameters.feeFloor + ((x >> 24) % 40));
        a.openBy = uint40(time + ((x >> 32) % 6_000));
        a.expiry = uint40(a.openBy + ((x >> 48) % 65_536));
        a.challenge = uint32(within((x >> 64) % 65_536, 100, 5_000));
        a.fromVault = (x >> 96) % 2 == 0;
        a.termsHash = bytes32(++salt);
        // forge-lint: disable-end(unsafe-typecast)
    }

    function spoilt(Agreement memory a, uint256 fault) private view returns (bool) {
        // forge-lint: disable-start(unsafe-typecast)
        if (fault == 0) a.deposit = 0;
        if (fault == 1) a.deposit = uint96(parameters.depositCap) + 1;
        if (fault == 2 && parameters.feeFloor > 0) a.fee = parameters.feeFloor - 1;
        if (fault == 3) a.challenge = 99;
        if (fault == 4) a.challenge = 5_001;
        if (fault == 5) a.openBy = uint40(time - 1);
        if (fault == 6) a.expiry = a.openBy - 1;
        if (fault == 7) a.expiry = uint40(time + 200_001);
        if (fault == 8) a.voucherKey = a.seller;
        if (fault == 9) a.voucherKey = address(0);
        if (fault == 10) a.tenant = 1;
        if (fault == 11) a.policy = 1;
        if (fault == 12) a.seller = address(0);
        if (fault == 13) a.buyer = address(0);
        // forge-lint: disable-end(unsafe-typecast)
        // The others depend on time and parameters, which `openable` looks at.
        return fault <= 13 && fault != 1 && fault != 2 && fault != 5 && fault != 7;
    }

    function openable(Seat storage s) internal view returns (bool) {
        return s.good && !paused && s.a.deposit <= parameters.depositCap && s.a.fee >= parameters.feeFloor
            && time <= s.a.openBy && s.a.expiry <= time + 200_000;
    }
}
