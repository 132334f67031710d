// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgToken} from "../../src/EdgToken.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {
    Agreement,
    Parameters,
    Permit,
    Settlement,
    Signature,
    Status,
    Voucher,
    VoucherClaim
} from "../../src/interfaces/MarketTypes.sol";
import {Deploying} from "./Deploying.sol";

/// @title A market with a buyer, a seller and strangers
abstract contract Fixture is Deploying {
    uint256 internal constant BUYER_KEY = 0xB0B;
    uint256 internal constant SELLER_KEY = 0x5E11E5;
    uint256 internal constant VOUCHER_KEY = 0x70CE;
    uint256 internal constant STRANGER_KEY = 0x5742;
    uint256 internal constant START = 1_800_000_000;
    uint96 internal constant EDG = 1e18;
    uint48 internal constant CHANGE_DELAY = 2 days;

    address internal immutable BUYER = vm.addr(BUYER_KEY);
    address internal immutable SELLER = vm.addr(SELLER_KEY);
    address internal immutable KEY = vm.addr(VOUCHER_KEY);
    address internal immutable STRANGER = vm.addr(STRANGER_KEY);
    address internal immutable BANK = address(0xBA2C);

    EdgToken internal token;
    EdgeBeatCore internal core;
    EdgeBeatMarket internal market;
    uint256 private _salt;

    function setUp() public virtual {
        vm.warp(START);
        token = newToken(BANK, 1_000_000_000 * uint256(EDG));
        core = newCore(CHANGE_DELAY, Parameters(EDG / 10, EDG / 100, 10_000 * EDG));
        market = makeMarket();
        core.grantRole(core.STEWARD_ROLE(), address(this));
        core.grantRole(core.GUARDIAN_ROLE(), address(this));
        core.grantRole(core.TREASURER_ROLE(), address(this));
        core.attachMarket(address(market));
        fund(BUYER);
        fund(SELLER);
        fund(STRANGER);
    }

    function makeMarket() internal virtual returns (EdgeBeatMarket) {
        return newMarket(IERC20(address(token)), core, 1 hours, 30 days, 365 days);
    }

    /// @dev Gives an account 100 000 EDG and lets the market take them.
    function fund(address who) internal {
        vm.prank(BANK);
        token.transfer(who, 100_000 * EDG);
        vm.prank(who);
        token.approve(address(market), type(uint256).max);
    }

    /// @dev A good agreement, each time another.
    function terms() internal returns (Agreement memory a) {
        a = Agreement({
            buyer: BUYER,
            seller: SELLER,
            voucherKey: KEY,
            deposit: 100 * EDG,
            fee: EDG,
            openBy: uint40(block.timestamp + 10 minutes),
            expiry: uint40(block.timestamp + 10 days),
            challenge: 1 days,
            tenant: 0,
            policy: 0,
            fromVault: false,
            termsHash: keccak256(abi.encode("terms", ++_salt))
        });
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (Signature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return Signature(v, r, s);
    }

    function agreed(Agreement memory a) internal view returns (bytes memory, bytes memory) {
        bytes32 id = market.idOf(a);
        return (sign(BUYER_KEY, id), sign(SELLER_KEY, id));
    }

    /// @dev Opens by the buyer.
    function open(Agreement memory a) internal returns (bytes32 id) {
        id = market.idOf(a);
        vm.prank(a.buyer);
        market.open(a, signature(SELLER_KEY, id));
    }

    function opened() internal returns (Agreement memory a, bytes32 id) {
        a = terms();
        id = open(a);
    }

    /// @dev A plain voucher.
    function worth(bytes32 id, uint96 cumulative) internal view returns (VoucherClaim memory) {
        return signed(VOUCHER_KEY, Voucher(id, 1, cumulative, 0, 0, 0, 0), 0, 0);
    }

    /// @dev A voucher with a chain of ticks, of which some are shown.
    function worth(bytes32 id, uint96 cumulative, uint96 tickAmount, uint32 tickCount, uint32 ticks)
        internal
        view
        returns (VoucherClaim memory)
    {
        bytes32 x = keccak256(abi.encode("seed", id, cumulative));
        bytes32 shown = x;
        for (uint256 i = tickCount; i > 0; --i) {
            if (i == ticks) {
                shown = x;
            }
            x = sha256(abi.encodePacked(x, bytes16(id)));
        }
        return signed(
            VOUCHER_KEY, Voucher(id, 1, cumulative, x, tickAmount, tickCount, 0), ticks, ticks == 0 ? bytes32(0) : shown
        );
    }

    function signed(uint256 key, Voucher memory voucher, uint32 ticks, bytes32 preimage)
        internal
        view
        returns (VoucherClaim memory)
    {
        return VoucherClaim(voucher, ticks, preimage, signature(key, market.voucherDigest(voucher)));
    }

    function permitOf(uint256 key, uint256 value, uint256 deadline) internal view returns (Permit memory) {
        address owner = vm.addr(key);
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                owner,
                address(market),
                value,
                token.nonces(owner),
                deadline
            )
        );
        return
            Permit(deadline, signature(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash))));
    }

    function status(bytes32 id) internal view returns (Status s) {
        (s,,,) = market.agreementOf(id);
    }

    function statusIs(bytes32 id, Status expected) internal view {
        eq(uint256(status(id)), uint256(expected), "status");
    }

    function wrongState(bytes32 id, Status s, bytes4 command) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IEdgeBeatMarket.WrongState.selector, id, s, command);
    }
}
