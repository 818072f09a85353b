using LeVo.Alignment.Whisper;

namespace LeVo.Listeners.Tests.Whisper;

/// <summary>
/// A Whisper model with all tensors at a width of 64 that says what a test wants. Its layers add nothing, so that the decoder's
/// state is the embedding of the position; that of position p has one large value, at the same place as the embedding of the
/// token that is to follow.
/// </summary>
internal static class TinyWhisper
{
    public const int English = Start + 1, Chinese = Start + 2, End = 50_257, Start = 50_258, FirstTime = 50_364;
    public const int Width = 64;

    /// <summary>Tokens of the vocabulary: the first ones stand for texts.</summary>
    public static readonly string[] Texts = ["!", " ", " la", " mo", "ri", " [", "music", "]", "你", "好"];

    private static readonly WhisperSizes Sizes = new(51_865, 1500, Width, 1, 1, 448, Width, 1, 1, 80);

    /// <summary>Writes a model that says the same in each window.</summary>
    /// <param name="path">The file.</param>
    /// <param name="language">The token of the language that it detects.</param>
    /// <param name="tokens">The tokens after the language and the task.</param>
    public static void Write(string path, int language, params ReadOnlySpan<int> tokens)
    {
        // The prompt is start, language, task: the state at the task's position yields the first token.
        int[] said = [language, 0, .. tokens];
        int[] places = [.. said.Distinct()];
        Write(path, name => name switch
        {
            "decoder.positional_embedding" => Rows(448, p => p < said.Length ? Array.IndexOf(places, said[p]) : 0, 100),
            "decoder.token_embedding.weight" => Rows(51_865, token => Array.IndexOf(places, token), 5),
            "decoder.ln.weight" => [.. Enumerable.Repeat(1f, Width)],
            _ => null,
        });

        static float[] Rows(int count, Func<int, int> place, float value)
        {
            var rows = new float[count * Width];
            for (int i = 0; i < count; i++)
                if (place(i) is >= 0 and var at)
                    rows[i * Width + at] = value;
            return rows;
        }
    }

    /// <summary>Writes a model of small random numbers.</summary>
    public static void WriteRandom(string path, int seed)
    {
        var random = new Random(seed);
        Write(path, name => null, () => random.NextSingle() * 0.2f - 0.1f);
    }

    private static void Write(string path, Func<string, float[]?> values, Func<float>? others = null)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(0x67676d6c);
        foreach (int size in new[] { Sizes.Vocabulary, Sizes.AudioPositions, Width, Sizes.AudioHeads, Sizes.AudioLayers,
            Sizes.TextPositions, Width, Sizes.TextHeads, Sizes.TextLayers, Sizes.Mels, 1 })
        {
            writer.Write(size);
        }
        writer.Write(Sizes.Mels);
        writer.Write(201);
        for (int i = 0; i < Sizes.Mels * 201; i++)
            writer.Write(i / 201 == i % 201 * Sizes.Mels / 201 ? 0.01f : 0f);
        writer.Write(Texts.Length);
        foreach (string text in Texts)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
        foreach ((string name, long[] shape) in Sizes.Tensors())
        {
            writer.Write(shape.Length);
            writer.Write(name.Length);
            // Matrices are float16; float32 ones do not run in whisper.cpp.
            bool half = name.EndsWith(".weight", StringComparison.Ordinal) && shape.Length > 1;
            writer.Write(half ? 1 : 0);
            foreach (long size in shape)
                writer.Write((int)size);
            writer.Write(System.Text.Encoding.ASCII.GetBytes(name));
            float[] data = values(name) ?? new float[shape.Aggregate(1L, (product, size) => product * size)];
            foreach (float value in data)
            {
                float stored = others?.Invoke() ?? value;
                if (half)
                    writer.Write((Half)stored);
                else
                    writer.Write(stored);
            }
        }
    }
}
