namespace LeVo.Experiments.MiniWorld;

/// <summary>The formant singer. Thread-safe; its tables are made once per process.</summary>
internal static class MiniSinger
{
    private const int Fade = 240; // 5 ms from one sound to the next
    private const int BurstFade = 24;
    private const double FemaleFormants = 1.2;

    private static readonly Lazy<float[][]> NoiseTables = new(MakeNoise);
    private static readonly Lazy<float[][][][]> VoiceTables = new(MakeVoices);

    /// <summary>A stretch of steady sound: nothing, a voice, noise, or both.</summary>
    private readonly record struct Sound(float[]? Voice, float[]? Noise, int NoiseStart)
    {
        public float At(int sample)
        {
            float value = Voice is null ? 0 : Voice[sample % MiniTables.Period];
            return Noise is null ? value : value + Noise[(sample - NoiseStart) % MiniTables.NoisePeriod];
        }
    }

    /// <summary>Sings the score into one channel.</summary>
    public static float[] Sing(MiniScore score)
    {
        var samples = new float[score.Frames * MiniSong.SamplesPerFrame];
        int slotLength = score.Style.FramesPerSlot * MiniSong.SamplesPerFrame;
        float[][][] voices = VoiceTables.Value[score.Style.Singer];
        Sound before = default;
        for (int s = 0; s < score.Slots.Count; s++)
        {
            MiniSlot slot = score.Slots[s];
            int start = s * slotLength, end = start + slotLength;
            MiniVoice.Recipe? recipe = MiniVoice.Of(slot.Phone);
            float[]? voice = slot.Pitch == 0 ? null : voices[slot.Phone][slot.Pitch - 1];
            int fade = Fade;
            if (recipe is { Closure: not MiniVoice.Closure.None })
            {
                int release = start + MiniSong.SamplesPerFrame;
                float[]? bar = recipe.Closure == MiniVoice.Closure.Voiced ? voices[0][slot.Pitch - 1] : null;
                before = Play(samples, start, release, before, new Sound(bar, null, 0), fade);
                (start, fade) = (release, BurstFade);
            }
            before = Play(samples, start, end, before, new Sound(voice, NoiseTables.Value[slot.Phone], start), fade);
        }
        return samples;
    }

    private static Sound Play(float[] samples, int start, int end, Sound before, Sound sound, int fade)
    {
        for (int i = 0; i < fade; i++)
        {
            float weight = (i + 0.5f) / fade;
            samples[start + i] = weight * sound.At(start + i) + (1 - weight) * before.At(start + i);
        }
        if (sound.Voice is not null || sound.Noise is not null)
            for (int i = start + fade; i < end; i++)
                samples[i] = sound.At(i);
        return sound;
    }

    private static float[][] MakeNoise()
    {
        var tables = new float[Phones.Count][];
        for (int phone = 1; phone < tables.Length; phone++)
            if (MiniVoice.Of(phone) is { NoiseLevel: > 0 } recipe)
                tables[phone] = MiniTables.Noise(recipe.Bands, recipe.NoiseLevel, phone);
        return tables;
    }

    // [singer][phone][pitch]; phone 0 holds the murmur of voiced closures.
    private static float[][][][] MakeVoices()
    {
        var tables = new float[2][][][];
        for (int singer = 0; singer < 2; singer++)
        {
            double scale = singer == 0 ? FemaleFormants : 1;
            tables[singer] = new float[Phones.Count][][];
            for (int phone = 0; phone < Phones.Count; phone++)
            {
                MiniVoice.Recipe recipe = phone == 0 ? MiniVoice.Bar : MiniVoice.Of(phone)!;
                if (recipe.VoiceLevel == 0)
                    continue;
                tables[singer][phone] = new float[MiniHarmony.Pitches][];
                for (int pitch = 1; pitch <= MiniHarmony.Pitches; pitch++)
                    tables[singer][phone][pitch - 1] = MiniTables.Harmonic(
                        MiniHarmony.Unit(singer, pitch), 6000, hz => Envelope(recipe, hz / scale), recipe.VoiceLevel);
            }
        }
        return tables;
    }

    private static double Envelope(MiniVoice.Recipe recipe, double hz)
    {
        double sum = 0;
        foreach (MiniVoice.Formant formant in recipe.Formants)
        {
            double halfWidth = 60 + 0.04 * formant.Hz;
            double off = (hz - formant.Hz) / halfWidth;
            sum += formant.Gain / (1 + off * off);
        }
        return sum;
    }
}
