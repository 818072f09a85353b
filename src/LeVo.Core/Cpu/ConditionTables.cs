using LeVo.Core.Conditioning;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;

namespace LeVo.Core.Cpu;

/// <summary>
/// The tables that ids are looked up in: those of the conditions (paper, section 3) and of the columns. They stay in
/// the checkpoint's own type and place.
/// </summary>
internal sealed class ConditionTables
{
    private const string Scope = "condition_provider.conditioners";
    private readonly LeLmConfig config;
    private readonly ConditionKinds[] order;
    private readonly FloatTable lyrics, structure, description, mixedEnd, trackEnd;
    private readonly FloatTable[] prompt, columns;

    /// <param name="source">Has all <see cref="Tensors"/>.</param>
    /// <param name="config">Sizes.</param>
    public ConditionTables(IFloatSource source, LeLmConfig config)
    {
        this.config = config;
        order = ConditionFuser.OrderOf(config);
        FloatTable[] tables =
            [.. Tensors(config).Select(tensor => new FloatTable(tensor.Name, source.Find(tensor.Name)!))];
        (lyrics, structure, description, mixedEnd, trackEnd) = (tables[0], tables[1], tables[2], tables[3], tables[4]);
        prompt = tables[5..(5 + config.Codebooks)];
        columns = tables[(5 + config.Codebooks)..];
    }

    /// <summary>Names and shapes of all tables.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> Tensors(LeLmConfig config)
    {
        long width = config.Width;
        return
        [
            ($"{Scope}.{ConditionNames.Lyrics}.output_proj.weight", [config.LyricsVocabulary, width]),
            ($"{Scope}.{ConditionNames.Lyrics}.structure_emb.weight", [config.StructureRows, width]),
            ($"{Scope}.{ConditionNames.Description}.output_proj.weight", [config.DescriptionVocabulary, width]),
            ($"{Scope}.{ConditionNames.Prompt}.EOT_emb", [1, width]),
            ($"{Scope}.{ConditionNames.Prompt}.layer2_EOT_emb", [1, width]),
            .. Enumerable.Range(0, config.Codebooks).Select(k =>
                ($"{Scope}.{ConditionNames.Prompt}.emb.{k}.weight", (long[])[config.PromptCodeSize + 2, width])),
            ("emb.0.weight", [config.InputRows, width]),
            .. Enumerable.Range(1, config.Codebooks - 1).Select(k =>
                ($"layer2_emb.{k}.weight", (long[])[config.InputRows, width])),
        ];
    }

    /// <summary>One position of the prefix.</summary>
    /// <param name="song">The conditions' ids.</param>
    /// <param name="position">Position, from 0.</param>
    /// <param name="first">Receives what stack 1 reads.</param>
    /// <param name="second">Receives what stack 2 reads.</param>
    /// <param name="scratch">Room for a vector.</param>
    public void Prefix(ConditionIds song, int position, Span<float> first, Span<float> second, Span<float> scratch)
    {
        foreach (ConditionKinds kind in order)
        {
            int length = kind switch
            {
                ConditionKinds.Lyrics => config.LyricsLength,
                ConditionKinds.Description => config.DescriptionLength,
                _ => config.PromptLength,
            };
            if (position < length)
            {
                Part(kind, song, position, first, second, scratch);
                return;
            }
            position -= length;
        }
        throw new ArgumentOutOfRangeException(nameof(position));
    }

    /// <summary>One column of the delayed pattern.</summary>
    /// <param name="ids">Ids [codebooks].</param>
    /// <param name="first">Receives what stack 1 reads.</param>
    /// <param name="second">Receives what stack 2 reads.</param>
    /// <param name="scratch">Room for a vector.</param>
    public void Column(ReadOnlySpan<int> ids, Span<float> first, Span<float> second, Span<float> scratch)
    {
        columns[0].Read(ids[0], first);
        columns[1].Read(ids[1], second);
        for (int k = 2; k < ids.Length; k++)
            columns[k].Add(ids[k], second, scratch);
    }

    private void Part(ConditionKinds kind, ConditionIds song, int position, Span<float> first, Span<float> second,
        Span<float> scratch)
    {
        switch (kind)
        {
            case ConditionKinds.Lyrics:
                lyrics.Read(song.Lyrics[position], first);
                structure.Add(song.Sections[position], first, scratch);
                first.CopyTo(second);
                break;
            case ConditionKinds.Description:
                description.Read(song.Description[position], first);
                first.CopyTo(second);
                break;
            default:
                Prompt(song, position, first, second, scratch);
                break;
        }
    }

    private void Prompt(ConditionIds song, int position, Span<float> first, Span<float> second, Span<float> scratch)
    {
        if (position == 0)
        {
            mixedEnd.Read(0, first);
            trackEnd.Read(0, second);
            return;
        }
        int frames = config.PromptLength - 1;
        prompt[0].Read(song.Prompt[position - 1], first);
        prompt[1].Read(song.Prompt[frames + position - 1], second);
        for (int k = 2; k < prompt.Length; k++)
            prompt[k].Add(song.Prompt[k * frames + position - 1], second, scratch);
    }
}
