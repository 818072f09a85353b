using System.Text.Json;
using LeVo.Core.Configuration;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Testing;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class ModelConfigWriterTests
{
    public static TheoryData<string> Models => ["released", "tiny", "other"];

    /// <summary>What is written is read again as it was, whatever the values are.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void WhatIsWrittenIsRead(string name)
    {
        var levo = name != "other" ? new LevoSection() : new()
        {
            Text = new(TextRules.V1, 256, 258),
            Prompt = new(513, 512),
            Codec = new()
            {
                MixedTap = 1,
                VocalTap = 2,
                AccompanimentTap = 4,
                MixedHeads = 5,
                DualHeads = 6,
                SegmentSeconds = 7.25,
                WindowSeconds = 8.5,
                Steps = 9,
                Guidance = 1.25,
                SilentVocalCode = 11,
                SilentAccompanimentCode = 12,
            },
            Sampling = new(0.75, 13, 1.75, 14),
        };
        LeLmConfig config = name switch
        {
            "released" => new(),
            "tiny" => SeededLeLm.Tiny,
            _ => new()
            {
                Width = 96,
                FeedForwardWidth = 224,
                Heads = 3,
                MixedLayers = 3,
                TrackLayers = 2,
                CodeSize = 61,
                MixedRopeTheta = 12_345.5f,
                TrackRopeTheta = 1e6f,
                Delays = [0, 3, 5],
                FlattenFirst = 1,
                EmptyInitial = 2,
                FrameRate = 50,
                MaxSeconds = 16.48,
                PromptSeconds = 2,
                LyricsLength = 24,
                DescriptionLength = 8,
                PromptLength = 101,
                PromptCodeSize = 62,
                PrefixOrder = ["type_info", "description"],
                StructureTags = ["[verse]", "it's", "#"],
                TextRules = TextRules.V1,
                GuidanceCoefficient = 2.5,
                ConditionDropout = 0.125,
            },
        };
        config = config with
        {
            TextPadId = levo.Text.PadId,
            StructureBase = levo.Text.StructureBase,
            PromptNullId = levo.Prompt.NullId,
            PromptRealBelow = levo.Prompt.RealBelow,
        };
        YamlConfig yaml = YamlConfig.Parse("config.yaml", ModelConfigWriter.Write(config, levo, [new("vae_model", "vae's/v.safetensors")]),
            file => throw new FileNotFoundException(file));
        LevoSection readLevo = LevoSectionReader.Read(yaml.Root);
        LeLmConfig read = LeLmConfigReader.Read(yaml, readLevo);
        Assert.Equal(levo with { Text = levo.Text with { Rules = config.TextRules } }, readLevo);
        // The rows of tables, and the rules that they tell, are read from the checkpoint.
        read = read with
        {
            LyricsVocabulary = config.LyricsVocabulary,
            DescriptionVocabulary = config.DescriptionVocabulary,
            StructureRows = config.StructureRows,
            TextRules = config.TextRules,
            AttributeDropouts = config.AttributeDropouts,
        };
        Assert.Equal(JsonSerializer.Serialize(config), JsonSerializer.Serialize(read));
        Assert.Equal("vae's/v.safetensors", yaml.Root.At("vae_model")!.Text);
    }
}
