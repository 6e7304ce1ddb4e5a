/** A minute of quiet music as a WAV file, computed: the same samples everywhere, and no media file in the repository. */

const sampleRateHz = 22_050;
const seconds = 60;
const headerBytes = 44;
/** Semitones above A3: two bars of a slow arpeggio, four chords. */
const chords = [
  [0, 7, 12, 15, 19],
  [-4, 3, 8, 12, 15],
  [-9, -2, 3, 7, 10],
  [-2, 5, 10, 14, 17],
] as const;
const noteSeconds = 0.375;
const notesPerChord = 8;

/** The whole file: RIFF header, then 16-bit mono samples. */
export function melodyWav(): Buffer {
  const samples = new Float64Array(sampleRateHz * seconds);
  const notes = Math.floor(seconds / noteSeconds) - 8;
  for (let note = 0; note < notes; note += 1) {
    const chord = chords[Math.floor(note / notesPerChord) % chords.length] ?? chords[0];
    const semitone = chord[(note * 3) % chord.length] ?? 0;
    addNote(samples, Math.round(note * noteSeconds * sampleRateHz), 220 * 2 ** (semitone / 12));
  }
  return waveFile(samples);
}

/** A struck string: three partials that die away, the higher the sooner. */
function addNote(samples: Float64Array, start: number, frequencyHz: number): void {
  const length = Math.min(sampleRateHz * 2, samples.length - start);
  const step = (2 * Math.PI * frequencyHz) / sampleRateHz;
  for (let index = 0; index < length; index += 1) {
    const timeSeconds = index / sampleRateHz;
    const attack = Math.min(1, timeSeconds / 0.008);
    const tone =
      Math.sin(step * index) * Math.exp(-2.2 * timeSeconds) +
      0.35 * Math.sin(2 * step * index) * Math.exp(-4 * timeSeconds) +
      0.12 * Math.sin(3 * step * index) * Math.exp(-7 * timeSeconds);
    samples[start + index] = (samples[start + index] ?? 0) + 0.16 * attack * tone;
  }
}

/** RIFF/WAVE, PCM, one channel, 16 bits: the 44-byte header that every player knows. */
function waveFile(samples: Float64Array): Buffer {
  const dataBytes = samples.length * 2;
  const file = Buffer.alloc(headerBytes + dataBytes);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE(sampleRateHz * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(dataBytes, 40);
  samples.forEach((sample, index) => {
    file.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), headerBytes + 2 * index);
  });
  return file;
}
