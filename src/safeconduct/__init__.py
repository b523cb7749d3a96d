"""Safeconduct: personal data leaves only under a safe-conduct, and every act can be proven."""
