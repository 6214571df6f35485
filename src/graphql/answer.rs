//! Why a finished answer looks as it does.
