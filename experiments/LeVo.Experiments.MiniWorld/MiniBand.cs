namespace LeVo.Experiments.MiniWorld;

/// <summary>Chords, bass and drums. Thread-safe; its tables are made once per process.</summary>
internal static class MiniBand
{
    private const int Fade = 240;
    private const double ChordLevel = 0.035, PadLevel = 0.018, BassLevel = 0.035;

    /// <summary>How an instrument plays a chord: slots between strokes, and the time constant of its decay.</summary>
    private readonly record struct Touch(int Every, double DecaySeconds, Func<int, double> Partial);

    private static readonly Touch[] Instruments =
    [
        new(4, 0.5, n => n <= 5 ? 1.0 / (n * n) : 0),                              // piano: soft, struck every beat
        new(2, 0.15, n => n is 1 ? 0.5 : n <= 12 ? 1.0 / n : 0),                    // guitar: bright, plucked
        new(16, double.PositiveInfinity, n => n is 1 or 2 or 4 or 8 ? 1 : 0),       // organ: octaves, held
        new(16, double.PositiveInfinity, n => n % 2 == 1 && n <= 9 ? 1.0 / n : 0),  // strings: odd partials, held
    ];

    private static readonly Lazy<float[][][][]> ChordTables = new(MakeChords); // [instrument, 4 = pad][chord][channel]
    private static readonly Lazy<float[][][]> BassTables = new(MakeBass); // [bright][unit]
    private static readonly Lazy<float[][]> DrumTables = new(MakeDrums);

    public static float[][] Play(MiniScore score)
    {
        int slotLength = score.Style.FramesPerSlot * MiniSong.SamplesPerFrame;
        int length = score.Frames * MiniSong.SamplesPerFrame;
        float[][] channels = [new float[length], new float[length]];
        Touch touch = Instruments[score.Style.Instrument];
        bool bright = score.Style.Genre is 1 or 3;
        for (int s = 0; s < score.Slots.Count; s++)
        {
            MiniSlot slot = score.Slots[s];
            int start = s * slotLength;
            if (slot.Beat % touch.Every == 0)
            {
                int end = Math.Min(length, start + touch.Every * slotLength);
                float[][] chord = ChordTables.Value[score.Style.Instrument][slot.Chord - 1];
                for (int c = 0; c < 2; c++)
                    AddNote(channels[c], chord[c], start, end, touch.DecaySeconds);
            }
            if (slot.Section == MiniSection.Chorus)
                for (int c = 0; c < 2; c++)
                    AddNote(channels[c], ChordTables.Value[^1][slot.Chord - 1][c], start, start + slotLength, 1e9);
            int step = MiniGroove.Bass(score.Style.Genre, slot.Beat);
            if (step >= 0)
            {
                int slots = 1;
                while (slot.Beat + slots < MiniScore.SlotsPerBar
                    && MiniGroove.Bass(score.Style.Genre, slot.Beat + slots) == -1)
                    slots++;
                float[] bass = BassTables.Value[bright ? 1 : 0][MiniHarmony.BassWalk(slot.Chord)[step]];
                int end = Math.Min(length, start + slots * slotLength);
                for (int c = 0; c < 2; c++)
                    AddNote(channels[c], bass, start, end, bright ? 0.4 : 1.0);
            }
            if (slot.Drum != 0)
                AddDrum(channels, DrumTables.Value[slot.Drum], start, slot.Drum == MiniGroove.Hat ? 0.8f : 1f);
        }
        return channels;
    }

    /// <summary>A note from start to end that fades in and, beyond its end, out within 5 ms.</summary>
    private static void AddNote(float[] samples, float[] table, int start, int end, double decaySeconds)
    {
        float decay = (float)Math.Exp(-1.0 / (decaySeconds * MiniSong.SampleRate));
        float envelope = 1;
        int last = Math.Min(samples.Length, end + Fade);
        for (int i = start; i < last; i++)
        {
            float edge = i < start + Fade ? (i - start + 0.5f) / Fade : i >= end ? 1 - (i - end + 0.5f) / Fade : 1;
            samples[i] += edge * envelope * table[i % MiniTables.Period];
            envelope *= decay;
        }
    }

    private static void AddDrum(float[][] channels, float[] drum, int start, float left)
    {
        int count = Math.Min(drum.Length, channels[0].Length - start);
        for (int i = 0; i < count; i++)
        {
            channels[0][start + i] += left * drum[i];
            channels[1][start + i] += drum[i];
        }
    }

    private static float[][][][] MakeChords()
    {
        var tables = new float[Instruments.Length + 1][][][];
        for (int instrument = 0; instrument < tables.Length; instrument++)
        {
            bool pad = instrument == Instruments.Length;
            Func<int, double> partial = pad ? n => n == 1 ? 1 : 0 : Instruments[instrument].Partial;
            tables[instrument] = new float[MiniHarmony.Chords][][];
            for (int chord = 1; chord <= MiniHarmony.Chords; chord++)
            {
                int[] voicing = MiniHarmony.Voicing(chord);
                tables[instrument][chord - 1] = new float[2][];
                for (int channel = 0; channel < 2; channel++)
                {
                    var sum = new double[MiniTables.Period];
                    for (int tone = 0; tone < voicing.Length; tone++)
                    {
                        // The middle tone stands in the middle, the others a little to either side.
                        double pan = tone == 1 ? 1 : (tone == 0) == (channel == 0) ? 1.2 : 0.7;
                        AddTone(sum, voicing[tone] * (pad ? 4 : 1), pan, partial);
                    }
                    tables[instrument][chord - 1][channel] = MiniTables.ToLevel(sum, pad ? PadLevel : ChordLevel);
                }
            }
        }
        return tables;
    }

    private static void AddTone(double[] sum, int unit, double pan, Func<int, double> partial) =>
        MiniTables.AddHarmonics(sum, unit, 5000, (_, n) => pan * partial(n));

    private static float[][][] MakeBass()
    {
        var tables = new float[2][][];
        for (int bright = 0; bright < 2; bright++)
        {
            double maxHz = bright == 1 ? 1200 : 400;
            tables[bright] = new float[16][];
            for (int unit = 5; unit < 16; unit++)
            {
                double fundamental = unit * MiniHarmony.Grid;
                tables[bright][unit] = MiniTables.Harmonic(unit, maxHz, hz => fundamental / hz, BassLevel);
            }
        }
        return tables;
    }

    private static float[][] MakeDrums()
    {
        float[] body = MiniTables.Noise([new(1500, 6000, 1)], 1, 101);
        float[] hiss = MiniTables.Noise([new(8000, 11000, 1)], 1, 102);
        var kick = new float[2 * MiniSong.SamplesPerFrame];
        var snare = new float[2 * MiniSong.SamplesPerFrame];
        var hat = new float[MiniSong.SamplesPerFrame];
        double phase = 0;
        for (int i = 0; i < kick.Length; i++)
        {
            double t = (double)i / MiniSong.SampleRate, end = 1 - (double)i / kick.Length;
            phase += 2 * Math.PI * (50 + 110 * Math.Exp(-t / 0.015)) / MiniSong.SampleRate;
            kick[i] = (float)(0.14 * end * Math.Exp(-t / 0.05) * Math.Sin(phase));
            snare[i] = (float)(end * Math.Exp(-t / 0.03) * (0.05 * body[i] + 0.05 * Math.Sin(2 * Math.PI * 187.5 * t)));
        }
        for (int i = 0; i < hat.Length; i++)
        {
            double t = (double)i / MiniSong.SampleRate, end = 1 - (double)i / hat.Length;
            hat[i] = (float)(0.025 * end * Math.Exp(-t / 0.015) * hiss[i]);
        }
        return [[], kick, snare, hat];
    }
}
