"""What leaves: forwards, our own letters, copies in the Sent folder, and the brake on automatic mail."""
