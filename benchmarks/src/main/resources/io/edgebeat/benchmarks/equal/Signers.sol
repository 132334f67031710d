// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Who has signed, many at a time, asked of the library in the two ways in which the market asks it
contract Signers {
    struct Question {
        bytes32 digest;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice As the market reads a Signature.
    /// @return signers 0 for nobody
    function inFields(Question[] calldata questions) external pure returns (address[] memory signers) {
        signers = new address[](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            (signers[i],,) = ECDSA.tryRecover(questions[i].digest, questions[i].v, questions[i].r, questions[i].s);
        }
    }

    /// @notice As the market reads bytes of any length.
    /// @return signers 0 for nobody
    function inBytes(bytes32[] calldata digests, bytes[] calldata signatures)
        external
        pure
        returns (address[] memory signers)
    {
        signers = new address[](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digests[i], signatures[i]);
            signers[i] = failure == ECDSA.RecoverError.NoError ? signer : address(0);
        }
    }
}
