//! rightline.
