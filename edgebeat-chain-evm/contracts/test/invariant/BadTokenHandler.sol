// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Parameters} from "../../src/interfaces/MarketTypes.sol";
import {BadToken} from "../support/Doubles.sol";
import {Handler} from "./Handler.sol";

/// @title The same on a token that changes its mind
/// @notice What it takes and does not deliver is never booked, what it refuses to move stays owed, and nobody gets in while it
/// moves. Once it behaves, everybody is out. (A token whose lies agree with each other could rob any market; this one is
/// fixed to EDG.)
contract BadTokenHandler is Handler {
    BadToken private immutable bad;

    constructor(BadToken bad_, EdgeBeatCore core_, EdgeBeatMarket market_, Parameters memory parameters_)
        Handler(IERC20(address(bad_)), core_, market_, parameters_)
    {
        bad = bad_;
    }

    function truth(address who) internal view override returns (uint256) {
        return bad.real(who);
    }

    function comes() internal view override returns (bool) {
        BadToken.Mood mood = bad.mood();
        return mood == BadToken.Mood.GOOD || mood == BadToken.Mood.REENTERS || mood == BadToken.Mood.RETURNS_NOTHING;
    }

    function goes() internal view override returns (bool) {
        return bad.mood() != BadToken.Mood.RETURNS_FALSE;
    }

    function toll() internal view override returns (uint256) {
        return bad.mood() == BadToken.Mood.TAKES_A_FEE ? 1 : 0;
    }

    function callsBack() internal view override returns (bool) {
        return bad.mood() == BadToken.Mood.REENTERS;
    }

    function hasPermits() internal pure override returns (bool) {
        return false;
    }

    function lookAtToken() internal override {
        if (bad.entered()) fail("a token got in while it moved");
    }

    function makeTokenBehave() internal override {
        bad.set(BadToken.Mood.GOOD);
    }

    function step(uint256 seed) internal override {
        if ((seed >> 48) % 6 == 0) changeMood(mix(seed, 3));
        super.step(seed);
    }

    /// @dev Two times in five it behaves. What it tries on its way back would be legal at any other time.
    function changeMood(uint256 x) private {
        uint256 kind = x % 15;
        BadToken.Mood mood = kind < 9 ? BadToken.Mood(kind) : kind < 11 ? BadToken.Mood.REENTERS : BadToken.Mood.GOOD;
        bad.set(mood);
        ++done[bytes32(uint256(mood) + 1)];
        if (mood != BadToken.Mood.REENTERS) {
            return;
        }
        uint256 i = (x >> 8) % SEATS;
        Seat storage s = seats[i];
        uint256 way = (x >> 16) % 4;
        bytes memory data = abi.encodeCall(IEdgeBeatMarket.finalize, (s.a));
        if (way == 0) data = abi.encodeCall(IEdgeBeatMarket.vaultDeposit, (0));
        if (way == 1) data = abi.encodeCall(IEdgeBeatMarket.recordOffer, (bytes32(++salt)));
        if (way == 2) data = abi.encodeCall(IEdgeBeatMarket.claim, (s.a, s.best));
        bad.setCall(address(market), data);
    }
}
